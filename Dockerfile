# One image for web, live, worker, scheduler and the sandbox service; compose.yaml says which program a container runs.
# Other bases will do: any Debian or Python image with Python 3.11 or newer, any image with Node 24.
ARG BASE_IMAGE=python:3.11-slim
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE} AS editor
WORKDIR /build
COPY frontend/package.json frontend/package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY frontend/ ./
RUN npx vite build --logLevel warn

FROM ${BASE_IMAGE} AS python
RUN command -v python3 || (apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*)

FROM python AS packages
RUN python3 -m venv /opt/venv
COPY requirements.lock ./
RUN /opt/venv/bin/pip install --no-cache-dir --only-binary :all: --require-hashes -r requirements.lock

FROM python
# The numbers are fixed, since compose.yaml gives this user its folders.
RUN groupadd --gid 10001 stepgraph \
    && useradd --uid 10001 --gid stepgraph --home-dir /var/lib/stepgraph --create-home --shell /usr/sbin/nologin stepgraph \
    && install -d -o stepgraph -g stepgraph -m 0700 /var/lib/stepgraph-files \
    && chmod 0700 /var/lib/stepgraph
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY manage.py LICENSE ./
COPY backend backend
COPY workers workers
COPY sandboxes sandboxes
COPY examples examples
COPY --from=editor /build/dist frontend/dist
# The file system is read-only when it runs: everything is compiled now.
RUN /opt/venv/bin/python -m compileall -q backend workers sandboxes
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 STEPGRAPH_HOME=/var/lib/stepgraph
USER 10001:10001
EXPOSE 8000
ENTRYPOINT ["python", "manage.py"]
CMD ["web"]
