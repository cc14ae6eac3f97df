"""What clients call themselves."""

from typing import Final

DOCKER: Final = (
    "docker/24.0.7 go/go1.20.10 git-commit/311b9ff kernel/5.15.0 os/linux arch/amd64 "
    "UpstreamClient(Docker-Client/24.0.7 \\(linux\\))"
)
DOCKER_DESKTOP: Final = (
    "docker/27.3.1 go/go1.22.7 git-commit/41ca978 kernel/6.10.11-linuxkit os/linux arch/arm64 "
    "UpstreamClient(Docker-Client/27.3.1 \\(darwin\\))"
)
DOCKER_V1: Final = "docker/1.5.0 go/go1.4.1 git-commit/a8a31ef kernel/3.10.0 os/linux arch/amd64"
PODMAN: Final = "containers/5.29.2 (github.com/containers/image)"
SKOPEO: Final = "skopeo/1.14.2"
CRANE: Final = "crane/v0.19.1 go-containerregistry/v0.19.1"
CONTAINERD: Final = "containerd/1.7.11"
CRI_O: Final = "cri-o/1.28.2 go/go1.20.10 os/linux arch/amd64"
BUILDAH: Final = "Buildah/1.33.2"
KANIKO: Final = "kaniko/v1.19.2"
REQUESTS: Final = "python-requests/2.32.3"
GO: Final = "Go-http-client/1.1"
FIREFOX: Final = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
CHROME: Final = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/129.0.0.0 Safari/537.36"
)

VISITORS: Final = (DOCKER, DOCKER, PODMAN, CONTAINERD, CONTAINERD, CRI_O, SKOPEO, GO)
