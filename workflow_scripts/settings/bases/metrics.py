"""Options shared by several metrics."""

from abc import abstractmethod

from workflow_scripts.settings.declared import Declared, option


class RangeOptions(Declared):
    """Options that the range of a metric depends on."""

    @property
    @abstractmethod
    def limits(self):
        """Return the smallest and the largest value."""


class RefereeOptions(Declared):
    """Training of a network referee."""

    steps: int = option(200, "Training steps of the network referee, of 32 tiles each.", ge=1)
