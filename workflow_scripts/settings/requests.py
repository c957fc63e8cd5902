"""Sets of galaxies to generate, and what a study uses each for."""

from typing import Literal

from pydantic import model_validator

from workflow_scripts.settings.declared import Declared, option

SOURCES = ("train", "test", "strips")  # of requests; other values are paths of tables


class Request(Declared):
    """A set of galaxies to generate."""

    source: str = option(
        ..., "test or train: drawn from the galaxies of that part; strips: one attribute varied, all else fixed; or "
        "the path of a table (CSV, ECSV) with columns of the stage's conditions, cells may stay empty.", min_length=1,
    )  # fmt: skip
    n: int = option(0, "Number of galaxies, or of steps of a strip; 0 for a table.", ge=0)
    balance: bool = option(False, "Draw equal numbers of each class.")
    use: Literal["", "comparison", "recovery", "sweep"] = option(
        "", "What the study measures on it: comparison with real galaxies, attribute recovery, or the sweep of one "
        "attribute; one request for each.",
    )  # fmt: skip
    strict: bool = option(False, "Requests out of the range of the training data: an error, not a warning.")

    @model_validator(mode="after")
    def agree(self):
        """Raise an error for contradictory settings."""
        if self.source in SOURCES and self.n < 2:
            raise ValueError(f"n: at least 2 for source {self.source}")
        if self.source not in SOURCES and self.n:
            raise ValueError("n: must be 0 for a table; repeat rows by its column `number`")
        if self.balance and self.source != "train":
            raise ValueError("balance: only for source: train")
        return self


def request_for(study, use):
    """Return the name of the request that a study uses for `comparison`, `recovery` or `sweep`.

    Raises
    ------
    ValueError
        If none or several have this use.
    """
    names = [name for name, request in study.config.requests.items() if request.use == use]
    if len(names) != 1:
        raise ValueError(
            f"{study.where('requests')}: {len(names)} have use: {use} ({', '.join(names) or 'none'}); set one"
        )
    return names[0]


def generated(study, use, name):
    """Return a product of the request of one use for every generator of the study."""
    return [generated_for(study, use, stage, name) for stage in study.make.generators]


def generated_for(study, use, stage, name):
    """Return a product of the request of one use for one generator."""
    return f"results/{study.name}/generated/{request_for(study, use)}/{stage}/{name}"
