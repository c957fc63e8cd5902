"""A study: one data set and what is done with it, with all settings complete and checked."""

from dataclasses import dataclass
from functools import cached_property

from workflow_scripts.settings import plugins
from workflow_scripts.settings.declared import nearest
from workflow_scripts.settings.kinds import KINDS


@dataclass(frozen=True, eq=False)  # one object per study: what is derived from it is cached
class Study:
    """What the rules' options and inputs are derived from.

    Attributes
    ----------
    name : str
    config : config.Config
        All settings, those of the study's file merged in.
    """

    name: str
    config: object

    def where(self, *keys):
        """Return a key of the config as it stands in messages."""
        return f"config, study {self.name}: {'.'.join(keys)}"

    def entry(self, section, name, *keys):
        """Return a named entry of a section.

        Parameters
        ----------
        *keys : str
            The key that names it, for the message; nothing where it comes out of a path.

        Raises
        ------
        ValueError
            Where there is none of this name; the message has the nearest.
        """
        entries = getattr(self.config, section)
        if name not in entries:
            raise ValueError(f"{self.where(*keys or [section])}: no {name!r} among {section}{nearest(name, entries)}")
        return entries[name]

    def check_options(self, folder, plugin, given, *keys):
        """Return the complete options of a plugin that stands under a key."""
        return plugins.check_options(folder, plugin, given, self.where(*keys))

    @cached_property
    def kind(self):
        """The kind of this study: where its images, parts and samples are."""
        made_of = plugins.declared_at(self.where("dataset"), "datasets", self.config.dataset.source).holds
        return KINDS[made_of, self.config.judging.real]

    @property
    def make(self):
        """What the study makes."""
        return self.config.make

    @property
    def samples(self):
        """Samples that are compared with real images: skies, and generators of galaxies where metrics are named."""
        return [*self.make.skies, *(self.make.generators if self.make.metrics else [])]
