"""What options of several metrics share."""

from workflow_scripts.settings.declared import Declared


class RangeOptions(Declared):
    """Options that the range of a metric depends on."""

    @property
    def limits(self):
        """Return the smallest and the largest value."""
        raise NotImplementedError
