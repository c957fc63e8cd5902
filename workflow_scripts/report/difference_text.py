"""How a feature of generated images differs from that of real ones, in words."""

LARGE_SHIFT, SMALL_SHIFT = 0.5, 0.1  # of the mean, in standard deviations of the real images
LARGE_RATIO = 1.25  # of the standard deviations


def describe_difference(column, *, real_mean, real_sd, generated_mean, generated_sd):
    """Return how a feature of generated images differs from that of real ones: in the mean, else in the scatter.

    Parameters
    ----------
    column : settings.contracts.features.Column
    """
    feature, shift = column.description, abs(generated_mean - real_mean)
    if shift > LARGE_SHIFT * real_sd:
        return f"{feature} is {describe_shift(column.log, real_mean, generated_mean)}"
    if not real_sd or not 1 / LARGE_RATIO < generated_sd / real_sd < LARGE_RATIO:
        return f"{feature} {describe_scatter(real_sd, generated_sd)}"
    if shift > SMALL_SHIFT * real_sd:
        return f"{feature} is {describe_shift(column.log, real_mean, generated_mean)}"
    return f"{feature}: same mean and scatter as in real images, other correlations"


def describe_shift(log, real, generated):
    """Return by how much a mean is too low or too high, in dex where the feature is a decimal logarithm."""
    end = "low" if generated < real else "high"
    if log:
        return f"{abs(generated - real):.2g} dex too {end}"
    return f"too {end}: {generated:.3g} instead of {real:.3g}"


def describe_scatter(real, generated):
    """Return the ratio of the standard deviations of a feature."""
    if not real or not generated:
        return "varies, but is constant in real images" if generated else "is constant"
    return f"has {generated / real:.2g} times the standard deviation of real images"
