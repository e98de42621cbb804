# As arm64-ostree, with a boot script that does not depend on one link. Sourced by board-kit/build.

. "$here/arm64-ostree/kit.sh"
inherits=(arm64-ostree)
