#!/bin/sh
# Rebuilds helpdesk/static/vendor/uswds-<version>/ from the npm package. Needs node 20 and npm; not needed at run time.
set -eu
version=3.14.0
sass=1.108.2
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
target="$here/../../helpdesk/static/vendor/uswds-$version"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cd "$work"
npm init --yes >/dev/null
npm install --ignore-scripts --no-audit --no-fund "@uswds/uswds@$version" "sass@$sass" >/dev/null
package=node_modules/@uswds/uswds
rm -rf "$target"
mkdir -p "$target"
npx sass --no-source-map --style=compressed --quiet-deps --load-path="$package/packages" "$here/uswds.scss" "$target/uswds.css"
grep -o 'url("img/[^"]*")' "$target/uswds.css" | sed 's/url("//; s/")//' | sort -u | while read -r image; do
    mkdir -p "$target/$(dirname "$image")"
    cp "$package/dist/$image" "$target/$image"
done
cp "$package/LICENSE.md" "$target/LICENSE.md"
python3 "$here/manifest.py" "$target" package-lock.json
