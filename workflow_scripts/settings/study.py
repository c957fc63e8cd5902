"""A study: one data set and its products, with complete and checked settings."""

from dataclasses import dataclass
from functools import cached_property

from workflow_scripts.settings import plugins
from workflow_scripts.settings.config import Config
from workflow_scripts.settings.declared import nearest
from workflow_scripts.settings.kinds import KINDS


@dataclass(frozen=True, eq=False)  # one object per study, as derived values are cached
class Study:
    """A name and a complete config, from which options and inputs of rules are derived.

    Attributes
    ----------
    name : str
    config : config.Config
        All settings, those of the study's file merged in.
    """

    name: str
    config: Config

    def where(self, *keys):
        """Return a key of the config for messages."""
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
            If there is none of this name; the message has the nearest.
        """
        entries = getattr(self.config, section)
        if name not in entries:
            hint = nearest(name, entries, f"{section} in config.yaml")
            raise ValueError(f"{self.where(*keys or [section])}: no {name!r} among {section}{hint}")
        return entries[name]

    def check_options(self, folder, plugin, given, *keys):
        """Return the complete options of a plugin under a key."""
        return plugins.check_options(folder, plugin, given, self.where(*keys))

    @cached_property
    def kind(self):
        """The kind of this study: where its images, parts and samples are."""
        made_of = plugins.declared_at(self.where("dataset"), "datasets", self.config.dataset.source).holds
        return KINDS[made_of, self.config.judging.real]

    @property
    def make(self):
        """Products of the study."""
        return self.config.make

    @property
    def samples(self):
        """Samples that are compared with real images: skies, and generators of galaxies if there are metrics."""
        return [*self.make.skies, *(self.make.generators if self.make.metrics else [])]
