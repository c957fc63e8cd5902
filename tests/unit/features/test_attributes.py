import numpy as np

from workflow_scripts.features.attributes import Options, extract


def bell(flux, sigma, ratio, side=32):
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    return flux / (2 * np.pi * sigma**2 * ratio) * np.exp(-(x**2 + (y / ratio) ** 2) / (2 * sigma**2))


def test_a_gaussian_galaxy_is_what_it_is():
    """The half-light radius of a Gaussian along its major axis is 1.1774 sigma."""
    values, columns = extract(np.array([bell(1000, 3, 1), bell(500, 4, 0.5), -bell(300, 3, 1)]), Options())
    columns = [one.name for one in columns]
    found = dict(zip(columns, values.T, strict=True))
    np.testing.assert_allclose(10 ** found["log_flux"][:2], [1000, 500], rtol=0.03)
    np.testing.assert_allclose(10 ** found["log_half_light_radius"][:2], [3.53, 4.71], rtol=0.07)
    np.testing.assert_allclose(found["axis_ratio"][:2], [1, 0.5], atol=0.03)
    assert np.isfinite(values).all(), "an image without a galaxy has attributes, too"
