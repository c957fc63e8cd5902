"""Images from a stack or from files, read block by block in constant memory."""

import logging
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from workflow_scripts.formats.images import read_image
from workflow_scripts.formats.stacks import open_stack

UNITS = ("block", "field")  # columns of the independent unit that an image belongs to; without them, itself
MAX_LIST = 60_000  # characters of the list of skipped files, limited by the size of HDF5 attributes


@contextmanager
def open_images(images, skip_broken=False):
    """Yield the images of a stack, or of files.

    Parameters
    ----------
    images : str or list of str
        A stack (`.h5`), or files of images of one size.
    skip_broken : bool
        Skip unusable files, and list them.
    """
    files = [images] if isinstance(images, str) else list(images)
    if len(files) == 1 and files[0].endswith(".h5"):
        with open_stack(files[0]) as stack:
            yield StackOfImages(stack, files[0])
    else:
        yield FilesOfImages(files, skip_broken)


class StackOfImages:
    """The images of an open stack."""

    skipped = ()

    def __init__(self, stack, path):
        if "image" not in stack:
            raise ValueError(f"{path}: no column `image`; it has {', '.join(stack.file)}")
        if not len(stack):
            raise ValueError(f"{path}: no images")
        self.stack, self.shape = stack, stack["image"].shape[1:]
        self.noise_level = stack.photometry.noise_level

    def blocks(self, size):
        """Yield the numbers (m,) and the pixels (m, y, x[, band]) of at most `size` images at a time."""
        for start in range(0, len(self.stack), size):
            images = self.stack["image"][start : start + size]
            wrong = broken_rows(images)
            if len(wrong):
                raise ValueError(f"image {start + wrong[0]} has pixels that are NaN or infinite: remove or repair it")
            yield np.arange(start, start + len(images)), images

    def columns(self):
        """Return the columns of the images: the block of each as `group`, and `score` if there is one."""
        group = next((self.stack[name][:] for name in UNITS if name in self.stack), np.arange(len(self.stack)))
        return {"group": group, **({"score": self.stack["score"][:]} if "score" in self.stack else {})}


class FilesOfImages:
    """The images of files, all of the size of the first one; `skipped` lists the unusable files."""

    noise_level = None

    def __init__(self, files, skip_broken):
        self.files, self.skip_broken, self.skipped = files, skip_broken, {}
        self.shape = next((image.shape for _, image in self.readable(check=False)), None)
        if self.shape is None:
            raise ValueError(
                f"none of {len(files)} files is a readable image; the first: {next(iter(self.skipped.values()))}"
            )

    def readable(self, check=True):
        """Yield the number and the pixels of each usable file."""
        for number, file in enumerate(self.files):
            try:
                yield number, self.read(file, check)
            except ValueError as error:
                if not self.skip_broken:
                    raise ValueError(f"{error}; to skip it set score.skip_broken: true") from None
                if number not in self.skipped:
                    logging.warning("skipped: %s", error)
                self.skipped[number] = str(error)

    def read(self, file, check):
        """Return the pixels of a file.

        Raises
        ------
        ValueError
            If it cannot be read, differs in shape from the others, or has pixels that are not finite.
        """
        image, _ = read_image(file)
        if check and image.shape != self.shape:
            raise ValueError(f"{file}: {words(image.shape)}; the others have {words(self.shape)}")
        if len(broken_rows(image[None])):
            raise ValueError(f"{file}: it has pixels that are NaN or infinite")
        return image

    def blocks(self, size):
        """Yield the numbers (m,) and the pixels (m, y, x[, band]) of at most `size` images at a time."""
        numbers, images = [], []
        for number, image in self.readable():
            numbers.append(number)
            images.append(image)
            if len(numbers) == size:
                yield np.array(numbers), np.stack(images)
                numbers, images = [], []
        if numbers:
            yield np.array(numbers), np.stack(images)

    def columns(self):
        """Return the columns of the images: each is a field of its own, named by its file."""
        names = [Path(file).stem for file in self.files]
        names = self.files if len(set(names)) < len(names) else names
        return {"group": np.arange(len(names)), "name": np.array([name.encode() for name in names])}


def broken_rows(images):
    """Return the rows of images (n, ...) with a pixel that is not finite."""
    if images.dtype.kind in "iub":
        return np.empty(0, int)
    return np.flatnonzero(~np.isfinite(images).all(axis=tuple(range(1, images.ndim))))


def list_of_skipped(images):
    """Return the attributes that list the skipped images."""
    text = "\n".join(images.skipped.values()) if images.skipped else ""
    return {"n_skipped": len(images.skipped), "skipped": text[:MAX_LIST]}


def words(shape):
    """Return the shape of an image in words."""
    return "x".join(map(str, shape[1::-1])) + " px" + (f" in {shape[2]} bands" if len(shape) > 2 else "")
