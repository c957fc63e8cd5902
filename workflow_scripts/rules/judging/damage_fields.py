"""Rule damage_fields: real fields damaged by one kind, at given strengths."""

import numpy as np

from workflow_scripts.formats.catalogues import read_catalogue
from workflow_scripts.formats.stacks import copy_attributes, create_stack, open_stack
from workflow_scripts.judging.damages import damage_by, scene_of
from workflow_scripts.judging.scoring import BEST_SCORE
from workflow_scripts.measuring.background import no_background
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.runtime.seeds import rng
from workflow_scripts.settings.judging import DamageFields


def damage_fields(*, fields, segmentation, catalogue, damaged, kind, options: DamageFields, seed, code):
    """Damage every field once at each strength.

    Parameters
    ----------
    fields, segmentation, catalogue : str
        What `import_dataset` and `detect_sources` wrote for one part.
    damaged : str
        Stack written: `image (n, y, x) float32`, `score (n,)` = 8 (1 - strength), `field, block (n,)`.
    kind : str
        A key of `judging.damages.KINDS`.
    options : settings.judging.DamageFields

    Raises
    ------
    ValueError
        If a field is so crowded that it has no background pixels.
    """
    table = read_catalogue(catalogue)
    with open_stack(fields) as images, open_stack(segmentation) as maps:
        with create_stack(damaged, seed=seed, code=code, **copy_attributes(images)) as writer:
            for field in range(len(images)):
                scene = scene_of(images["image"][field], maps["segmentation"][field], table, options.psf_fwhm)
                if not len(scene.sky):
                    message = no_background(options.psf_fwhm, "ladder.psf_fwhm")
                    raise ValueError(f"{fields}: field {field}: {message}")
                generator, strengths = rng(seed, f"damage_fields {kind}", field), options.strengths
                copies = [damage_by(scene, kind, strength, generator) for strength in strengths]
                scores = [BEST_SCORE * (1 - strength) for strength in strengths]
                place = {"field": [field] * len(copies), "block": [images["block"][field]] * len(copies)}
                writer.append(image=np.float32(copies), score=scores, **place)


if "snakemake" in globals():
    run_rule(damage_fields, snakemake)
