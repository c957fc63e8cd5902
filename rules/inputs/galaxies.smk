"""What galaxies are generated from, and what for."""


def table_of_requests(wildcards):
    """Return the user's table of requests; nothing where they are drawn from the data."""
    table = SETTINGS[wildcards.study].table_of_request(wildcards.request)
    return [table] if table else []


def generated(request, name):
    """Return an input function: a product of a set of requests for every generator of the study."""
    return lambda wildcards: [
        f"results/{wildcards.study}/generated/{request}/{stage}/{name}"
        for stage in SETTINGS[wildcards.study].generators
    ]


def weights_of(kind, ending):
    """Return an input function: the weights of the study's `classifier` or `predictor`, or the JSON beside them.

    Where it has none, a file that nothing makes and whose name says so.
    """

    def path(wildcards):
        stage = getattr(SETTINGS[wildcards.study], kind)
        folder = f"results/{wildcards.study}"
        return f"{folder}/stages/{stage}/weights.{ending}" if stage else f"{folder}/{kind}: the study has none"

    return path


def requested(study):
    """Return the products of the study's own requests."""
    return [
        f"results/{study}/generated/{request}/{stage}/{name}"
        for request in SETTINGS[study].chosen("requests")
        for stage in SETTINGS[study].generators
        for name in ("stamps.h5", "catalogue.ecsv", "stamps.fits", "pictures.zip")
    ]
