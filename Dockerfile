# docker build --tag skyloom .
# docker run --rm --user "$(id -u):$(id -g)" --volume "$PWD:/work" skyloom --cores 4 --config study=smoke
#
# Products appear in the folder mounted on /work; files named in a study are looked up there too.
FROM python:3.11-slim

# The packages first: an edit of the workflow installs nothing anew.
COPY requirements.txt /opt/skyloom/
RUN python -m pip install --no-cache-dir --disable-pip-version-check --requirement /opt/skyloom/requirements.txt

# All that .dockerignore lets through.
COPY . /opt/skyloom/
RUN python -m compileall -q /opt/skyloom/workflow_scripts \
    && useradd --uid 1000 --no-create-home skyloom \
    && install --directory --owner skyloom --group skyloom /work

# Caches go where any user may write, whoever --user says.
ENV HOME=/tmp PYTHONUNBUFFERED=1
USER skyloom
WORKDIR /work
ENTRYPOINT ["snakemake", "--snakefile", "/opt/skyloom/Snakefile"]
CMD ["--cores", "all"]
