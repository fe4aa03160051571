# dropcheck with its browsers. The image's browsers belong to exactly one Playwright, so both are pinned together.
#   docker build -t dropcheck .
#   docker run --rm --init -v "$PWD:/suites" dropcheck run suites --out reports
ARG PLAYWRIGHT_VERSION=1.65.0
FROM mcr.microsoft.com/playwright/python:v${PLAYWRIGHT_VERSION}-noble
ARG PLAYWRIGHT_VERSION
COPY . /opt/dropcheck
RUN python3 -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir "playwright==${PLAYWRIGHT_VERSION}" "/opt/dropcheck[artwork,chinese,label]" \
    && rm -rf /opt/dropcheck
ENV PATH=/opt/venv/bin:$PATH
USER pwuser
WORKDIR /suites
ENTRYPOINT ["dropcheck"]
CMD ["--help"]
