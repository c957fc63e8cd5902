"""Rule build_ladder: real fields with damages of known strength, and the score that follows from it."""

import numpy as np

from workflow_scripts.formats.catalogues import read_catalogue
from workflow_scripts.formats.stacks import copy_attributes, create_stack, open_stack
from workflow_scripts.imaging.fields import turn
from workflow_scripts.judging.damages import DAMAGES, Scene, combine, divide, scene_of
from workflow_scripts.measuring.background import no_background
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.settings.scoring import Ladder

BEST_SCORE = 8.0


def build_ladder(*, fields, segmentation, catalogue, ladder, options: Ladder, seed, code):
    """Damage every field several times.

    Parameters
    ----------
    fields, segmentation, catalogue : str
        Outputs of `import_dataset` and `detect_sources` for one part: the ladders of two parts share no field.
    ladder : str
        Stack written: `image (n, y, x) float32`, `score (n,)` = 8 (1 - damage), `field, block (n,)`, and for
        every damage a column `(n,)` of its strength.
    options : settings.scoring.Ladder

    Raises
    ------
    ValueError
        If a field is so crowded that no background pixel is left.
    """
    table = read_catalogue(catalogue)
    with open_stack(fields) as images, open_stack(segmentation) as maps:
        with create_stack(ladder, seed=seed, code=code, **copy_attributes(images)) as writer:
            for field in range(len(images)):
                scene = scene_of(images["image"][field], maps["segmentation"][field], table, options.psf_fwhm)
                if not len(scene.sky):
                    raise ValueError(f"{fields}: field {field}: {no_background(options.psf_fwhm, 'ladder.psf_fwhm')}")
                place = {"field": [field], "block": [images["block"][field]]}
                for copy in range(options.copies):
                    generator = rng(seed, "build_ladder", field * options.copies + copy)
                    image, strengths = damage(scene, options.max_damages, generator)
                    score = BEST_SCORE * (1 - combine(list(strengths.values())))
                    row = {name: [strength] for name, strength in strengths.items()}
                    writer.append(image=image[None].astype(np.float32), score=[score], **place, **row)


def damage(scene, max_damages, generator):
    """Return a field with a random total damage, split among random kinds, randomly oriented; and the strengths."""
    names = generator.permutation(list(DAMAGES))[: generator.integers(1, max_damages + 1)]
    strengths = dict.fromkeys(DAMAGES, 0.0)
    chosen = divide(generator.random(), len(names), generator)
    for name, strength in sorted(zip(names, chosen, strict=True), key=lambda pair: list(DAMAGES).index(pair[0])):
        image, strengths[str(name)] = DAMAGES[name](scene, strength, generator)
        scene = Scene(image.astype(np.float32), scene.segmentation, scene.noise, scene.psf_fwhm, scene.flux_spread)
    return turn(scene.image, int(generator.integers(8))), strengths


if "snakemake" in globals():
    run_rule(build_ladder, snakemake)
