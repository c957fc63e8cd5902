import pytest

from workflow_scripts.formats.image_roles import role_of


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("SCI", "science"),
        ("WHT", "weight"),
        ("xdf_f814w_rms.fits", "rms"),
        ("hlsp_candels_hst_acs_gs-tot-30mas_f814w_v1.0_wht.fits", "weight"),
        ("hlsp_candels_hst_acs_gs-tot-30mas_f814w_v1.0_drz.fits", "science"),
        ("legacysurvey-0001m002-invvar-r.fits.fz", "inverse_variance"),
        ("legacysurvey-0001m002-image-r.fits.fz", "science"),
        ("VAR_POISSON", "other"),
        ("DQ", "mask"),
        ("masked.fits", None),
        ("M31.fits", None),
        ("", None),
    ],
)
def test_roles_of_published_names(name, role):
    assert role_of(name) == role
