import zipfile

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table

from workflow_scripts.formats.stacks import create_stack
from workflow_scripts.rules.galaxies.catalogue_stamps import catalogue_stamps
from workflow_scripts.settings.galaxies import CatalogueStamps


def galaxies(radius, flux, size=32):
    y, x = np.mgrid[:size, :size] - (size - 1) / 2
    image = flux / (2 * np.pi * radius**2) * np.exp(-(x**2 + y**2) / (2 * radius**2))
    return np.repeat(image[None, ..., None], 3, axis=-1).astype(np.float32)


@pytest.fixture
def products(tmp_path):
    """A round galaxy of half-light radius 1.1774 sigma, requested to be one, and a second that is beyond the data."""
    with create_stack(tmp_path / "train.h5", class_names=["spiral", "edge_on"]) as writer:
        writer.append(image=galaxies(3, 1000))
    with create_stack(tmp_path / "stamps.h5", class_names=["spiral", "edge_on"], unit="noise", psf_fwhm=0.0) as writer:
        requested = {"class": np.array([0, 1]), "flux": np.array([1000, 500], np.float32)}
        images = np.concatenate([galaxies(3, 1000), galaxies(3, 500)])
        writer.append(image=images, moved=np.array([-1, -1]), outside_flux=np.array([0, 1], np.uint8), **requested)
    files = {"catalogue": tmp_path / "c.ecsv", "cube": tmp_path / "c.fits", "album": tmp_path / "p.zip"}
    catalogue_stamps(stamps=tmp_path / "stamps.h5", train=tmp_path / "train.h5", **files, options=CatalogueStamps(True))
    return files, images


def test_the_catalogue_says_what_was_requested_and_what_came(products):
    table = Table.read(products[0]["catalogue"])
    assert table["class"].tolist() == ["spiral", "edge_on"]
    assert table["requested_flux"].tolist() == [1000, 500]
    np.testing.assert_allclose(table["measured_flux"], [1000, 500], rtol=0.03)
    np.testing.assert_allclose(table["measured_half_light_radius"], 3 * 1.1774, rtol=0.07)
    np.testing.assert_allclose(table["measured_axis_ratio"], 1, atol=0.03)
    assert table["outside"].filled("").tolist() == ["", "flux"]


def test_the_cube_holds_images_and_catalogue(products):
    with fits.open(products[0]["cube"]) as file:
        file.verify("exception")
        assert file[0].data.shape == (2, 3, 32, 32)
        np.testing.assert_array_equal(file[0].data[1], np.moveaxis(products[1][1], -1, 0))
        assert file[1].data["requested_flux"].tolist() == [1000, 500]


def test_the_album_unpacks_to_a_folder_per_class(products):
    with zipfile.ZipFile(products[0]["album"]) as album:
        assert album.namelist() == ["spiral/000000.png", "edge_on/000001.png"]
        assert album.read("spiral/000000.png")[:4] == b"\x89PNG"
        assert album.infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)


def test_names_of_classes_may_hold_commas_slashes_and_any_letter(tmp_path):
    names = ["E, S0", "Spirale ä/dicht"]
    with create_stack(tmp_path / "stamps.h5", class_names=names, unit="uJy") as writer:
        writer.append(
            image=np.concatenate([galaxies(3, 1000)] * 2), moved=np.array([-1, -1]), **{"class": np.array([0, 1])}
        )
    files = {"catalogue": tmp_path / "c.ecsv", "cube": tmp_path / "c.fits", "album": tmp_path / "p.zip"}
    stack = tmp_path / "stamps.h5"
    catalogue_stamps(stamps=stack, train=stack, **files, options=CatalogueStamps(True))
    assert Table.read(files["catalogue"])["class"].tolist() == names
    with fits.open(files["cube"]) as file:
        assert file[1].data["class"].tolist() == ["E, S0", "Spirale a/dicht"]
        assert file[1].columns["measured_flux"].unit == "uJy"
        assert file[1].columns["measured_theta"].unit == "deg"
    with zipfile.ZipFile(files["album"]) as album:
        assert album.namelist() == ["E, S0/000000.png", "Spirale ä_dicht/000001.png"]
