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


def requested(study):
    """Return the products of the study's own requests."""
    return [
        f"results/{study}/generated/{request}/{stage}/{name}"
        for request in SETTINGS[study].chosen("requests")
        for stage in SETTINGS[study].generators
        for name in ("stamps.h5", "catalogue.ecsv", "stamps.fits", "pictures.zip")
    ]
