# The server's image, for docker-compose.yml. By hand: docker build --tag sense-live .
# Tags of a series, so that a new build brings its security patches.

FROM --platform=$BUILDPLATFORM node:24-bookworm-slim AS dashboard
WORKDIR /build
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY frontend ./
RUN npm run build

FROM python:3.11-slim-bookworm AS packages
WORKDIR /build
COPY requirements.txt ./
# Without a pip of its own: nothing is installed later.
RUN python -m venv --without-pip /venv && \
    pip --python /venv/bin/python install --no-cache-dir --disable-pip-version-check --requirement requirements.txt

FROM python:3.11-slim-bookworm
ARG VERSION=unreleased
LABEL org.opencontainers.image.title="Sense Live" \
      org.opencontainers.image.description="A self-hosted live dashboard for small sensor boards" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}"
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /app
# The only folder that is the server's own: for SQLite and the secret key, where no other place is named.
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin sense-live && \
    install --directory --owner 10001 --group 10001 --mode 700 data
COPY --from=packages /venv /venv
COPY LICENSE manage.py ./
COPY learndj ./learndj
COPY liveapp ./liveapp
COPY --from=dashboard /build/dist ./frontend/dist
# Readable whatever the umask was where they come from.
RUN chmod -R a+rX LICENSE manage.py learndj liveapp frontend && \
    python -m compileall -q learndj liveapp
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["python", "manage.py", "serve", "--host", "0.0.0.0", "--port", "8000"]
