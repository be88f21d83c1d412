# Parley in a container: python -m bot run, as a user of its own, with its data in /data.
# It needs nothing at build time but the Python packages, each checked against its hash in requirements.txt.

FROM python:3.12-slim AS packages
WORKDIR /opt/parley
RUN python -m venv /tmp/tools && /tmp/tools/bin/pip install --no-cache-dir --disable-pip-version-check "uv>=0.9"
COPY requirements.txt ./
RUN python -m venv --without-pip .venv \
 && /tmp/tools/bin/uv pip install --no-cache --compile-bytecode --require-hashes --python .venv/bin/python -r requirements.txt

FROM python:3.12-slim
RUN groupadd --system --gid 10001 parley \
 && useradd --system --uid 10001 --gid parley --no-create-home --home-dir /data --shell /usr/sbin/nologin parley \
 && install --directory --owner parley --group parley --mode 700 /data
WORKDIR /opt/parley
COPY --from=packages /opt/parley/.venv .venv
COPY pyproject.toml README.md CHANGELOG.md ./
COPY storage storage
COPY handlers handlers
COPY bot bot
RUN .venv/bin/python -m compileall -q bot handlers storage
ENV PATH=/opt/parley/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PARLEY_HOME=/data \
    PARLEY_HOST=0.0.0.0 \
    PARLEY_PORT=8080 \
    PARLEY_LOG_FORMAT=json
USER parley
VOLUME /data
EXPOSE 8080
# /healthz answers 503 while the calendar does not tick or the database is away; urlopen raises then.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"PARLEY_PORT\"]}/healthz', timeout=4)"]
# SIGTERM finishes what is under way; give it the time: docker stop --time 20.
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
