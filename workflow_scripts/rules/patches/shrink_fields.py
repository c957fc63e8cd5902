"""Rule shrink_fields: whole fields at a reduced size, the training data of end-to-end generators."""

from workflow_scripts.formats.stacks import copy_attributes, create_stack, open_stack
from workflow_scripts.imaging.scaling import scale_factor, shrink
from workflow_scripts.runtime.entry import run_rule
from workflow_scripts.settings.patches import SmallFields

BLOCK_BYTES = 2**26  # of fields read at a time


def shrink_fields(*, fields, small_fields, options: SmallFields, seed, code):
    """Write every field of a part at a reduced size, in the fields' unit; a stage's `stretch` scales it to [-1, 1].

    Parameters
    ----------
    fields : str
        Output of `import_dataset`.
    small_fields : str
        Stack written: `image (n, size, size) float32`, means over blocks of pixels; attribute `factor`, the side of a
        block, pixel.
    options : settings.patches.SmallFields
    """
    with open_stack(fields) as stack:
        height, width = stack["image"].shape[1:3]
        factor, about = scale_factor((height, width), options.size), copy_attributes(stack)
        if about["pixel_scale_arcsec"]:
            about["pixel_scale_arcsec"] *= factor
        with create_stack(small_fields, seed=seed, code=code, factor=factor, **about) as writer:
            for images in stack.blocks("image", max(1, BLOCK_BYTES // (8 * height * width))):
                writer.append(image=shrink(images, options.size))


if "snakemake" in globals():
    run_rule(shrink_fields, snakemake)
