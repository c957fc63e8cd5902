"""Declared options: one declaration gives the check, its one-line message, the JSON schema and the reference.

Any room may import this file: it needs pydantic alone.
"""

import difflib
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

REFERENCE = "docs/configuration.md"  # lists all options and plugins


def option(default, description, **about):
    """Declare one option of a `Declared` class.

    Parameters
    ----------
    default : object
        `...` for an option without default; a list or dict is copied for every instance.
    description : str
        One line of help.
    **about
        `unit` of the value, in the spelling of astropy (default: dimensionless); `label`, a short name for tables and
        forms (default: the name of the option); constraints of `pydantic.Field`: `ge`, `gt`, `le`, `lt`, `multiple_of`,
        `min_length`, ...
    """
    given = {"default_factory": default.copy} if isinstance(default, list | dict) else {"default": default}
    return Field(**given, **field_of(description, **about))


def kind_of_option(annotation, description, **about):
    """Return an annotated type for an option of several classes with different defaults.

    `Rate = kind_of_option(float, "Learning rate.", gt=0)` is used as `rate: Rate = 1e-3`. Parameters are those of
    `option`.
    """
    return Annotated[annotation, Field(**field_of(description, **about))]


def field_of(description, *, unit="", label="", **constraints):
    """Return the arguments of `pydantic.Field`."""
    extra = {key: text for key, text in (("unit", unit), ("label", label)) if text}
    return {"description": description, "json_schema_extra": extra or None, **constraints}


class Declared(BaseModel):
    """Base of all options: unknown keys are errors, numbers given as text are converted, booleans are not numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=False, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def refuse_booleans_as_numbers(cls, value, info):
        """Raise an error for a boolean unless the option may be one: pydantic would convert True to 1."""
        if holds_boolean(value) and not allows_boolean(cls.model_fields[info.field_name].annotation):
            raise ValueError("a boolean is not a number")
        return value


def holds_boolean(value):
    """Return whether a value is a boolean, or a list that contains one."""
    return isinstance(value, bool) or (isinstance(value, list | tuple) and any(map(holds_boolean, value)))


def allows_boolean(annotation):
    """Return whether a type, or a member of a union, is `bool` or `Any`."""
    members = getattr(annotation, "__args__", (annotation,))
    return any(member in (bool, Any) or True in getattr(member, "__args__", ()) for member in (annotation, *members))


def checked(cls, given, where):
    """Return an instance of a `Declared` class.

    Parameters
    ----------
    given : dict
        Out of the config.
    where : str
        The key it stands under, for messages.

    Raises
    ------
    ValueError
        If a value is invalid; the message names the first invalid key.
    """
    try:
        return cls.model_validate(given)
    except ValidationError as error:
        raise ValueError(message(error.errors()[0], cls, where)) from None


def message(error, cls, where):
    """Return an error of pydantic as a message in one line."""
    key = ".".join([where, *(str(part) for part in error["loc"])])
    if error["type"] == "value_error":  # of our own validators; one of several options names the key itself
        text, (inside, _) = str(error["ctx"]["error"]), owner_of(cls, (*error["loc"], ""))
        return f"{key}.{text}" if text.split(":")[0] in inside.model_fields else f"{key}: {text}"
    owner, name = owner_of(cls, error["loc"])
    if error["type"] in ("extra_forbidden", "invalid_key"):  # invalid: a number
        return f"{key}: unknown key{nearest(name, owner.model_fields, REFERENCE)}"
    if error["type"] in ("model_type", "dict_type"):
        return f"{key}: {error['input']!r} is not a mapping of options{described(owner, name)}"
    if error["type"] == "missing":
        return f"{key}: missing{described(owner, name)}"
    return f"{key}: {error['input']!r}{complaint(error['msg'])}{described(owner, name)}"


def complaint(text):
    """Return the end of a message that begins with the invalid value, from the message of pydantic."""
    if text.startswith("Input should be "):
        return f" is not {text.removeprefix('Input should be ')}"
    return f": {text[:1].lower()}{text[1:].replace(' after validation', '')}"


def owner_of(cls, place):
    """Return the class that declares the option at a location, and the name of the option."""
    for part in place[:-1]:
        field = cls.model_fields.get(part) if isinstance(part, str) else None
        members = (field.annotation, *getattr(field.annotation, "__args__", ())) if field else ()
        cls = next((one for one in members if isinstance(one, type) and issubclass(one, BaseModel)), cls)
    return cls, str(place[-1]) if place else ""


def described(cls, name):
    """Return the help of an option in brackets, if there is one."""
    text = getattr(cls.model_fields.get(name), "description", None)
    return f" ({text.rstrip('.')})" if text else ""


def nearest(name, known, reference=""):
    """Return the end of a message about an unknown name: the most similar one, or where to look.

    Without a reference the message lists all names.
    """
    near = difflib.get_close_matches(str(name), list(known), n=1)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; see {reference}" if reference and known else f"; known: {', '.join(sorted(known)) or 'none'}"
