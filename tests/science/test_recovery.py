"""The measurement leaves room: on simulated galaxies of known truth it comes close to what was drawn."""

from types import SimpleNamespace

import numpy as np

from workflow_scripts.datasets.simulated_galaxies import Options
from workflow_scripts.formats.tables import read_csv
from workflow_scripts.rules.data import import_galaxies
from workflow_scripts.rules.galaxies import measure_recovery
from workflow_scripts.runtime.entry import built
from workflow_scripts.settings.galaxies import MeasureRecovery


def test_ceiling_of_simulated_galaxies(tmp_path):
    options = {"source": "simulated_galaxies", "options": vars(Options(n=360)), "attributes": "known", "balance": False}
    paths = {part: str(tmp_path / f"{part}.h5") for part in ("train", "valid", "test")}
    split = {"train": 0.02, "valid": 0.02, "test": 0.96}
    options["split"] = split
    import_galaxies.import_galaxies(
        manifest="",
        **paths,
        catalogue=str(tmp_path / "all.ecsv"),
        folder="",
        options=built(import_galaxies.import_galaxies, options),
        seed=1,
        code="",
    )
    recovery = tmp_path / "recovery.csv"
    options = MeasureRecovery(generators=[], n_measured=320, truth_is_known=True)
    measure_recovery.measure_recovery(
        galaxies=paths["test"],
        generated=[],
        recovery=str(recovery),
        options=options,
        code="",
    )
    found = {row["attribute"]: SimpleNamespace(**row) for row in read_csv(recovery)}
    assert {row.model for row in found.values()} == {"ceiling"}
    for name, least in (("half_light_radius", 0.88), ("flux", 0.97), ("axis_ratio", 0.93)):
        assert float(found[name].r2) > least, found[name]
        assert np.abs(float(found[name].bias)) < 0.4 * float(found[name].scatter)
