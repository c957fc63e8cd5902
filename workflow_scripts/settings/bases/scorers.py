"""Options that several scorers share."""

from workflow_scripts.settings.declared import Declared, kind_of_option, option

Trees = kind_of_option(int, "Largest number of boosted trees.", ge=1)
Depth = kind_of_option(int, "Depth of a tree.", ge=1)
Shrinkage = kind_of_option(float, "Learning rate: the weight of each new tree.", gt=0, le=1)
ColumnShare = kind_of_option(float, "Fraction of the features that each tree sees.", gt=0, le=1)


class BoostingOptions(Declared):
    """Regularisation of boosted trees."""

    reg_lambda: float = option(2.0, "L2 penalty of the values of the leaves.", ge=0)
