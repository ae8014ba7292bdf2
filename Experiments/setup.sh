#!/bin/sh
# Installs the two Debian packages that the build links against, where they are missing.
# Does nothing where they are there. Anything else (the Swift toolchain) must be there already.
set -eu

missing=""
for package in liblapacke-dev libopenblas-dev; do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing="$missing $package"
done

if [ -n "$missing" ]; then
  if ! command -v apt-get >/dev/null 2>&1; then
    # Not Debian: the headers may have come with another package manager.
    if [ -e /usr/include/lapacke.h ] || [ -e /usr/local/include/lapacke.h ]; then exit 0; fi
    echo "setup.sh: install LAPACKE and OpenBLAS with their headers (on Debian:$missing)" >&2
    exit 1
  fi
  root=""
  [ "$(id -u)" = 0 ] || root=sudo
  echo "setup.sh: installing$missing" >&2
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086 # the words of $missing are package names
  $root apt-get update -qq && $root apt-get install -y -qq --no-install-recommends $missing >&2
fi

if ! command -v swift >/dev/null 2>&1; then
  echo "setup.sh: no Swift toolchain on PATH; get Swift 6.0 or newer from https://swift.org" >&2
  exit 1
fi
