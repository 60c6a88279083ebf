#!/bin/sh
# Makes workbench/ui/assets/static/plotly-qiku.min.js again, byte for byte. Needs node, npm and the
# npm registry; whoever runs or tests the product needs none of them: the file is in the repository.
# With `--check` the file is compared and left alone.
set -eu
cd "$(dirname "$0")/.."

PLOTLY=4.1.1 # what plotly.py calls get_plotlyjs_version(); a test compares
ESBUILD=0.28.2
ACORN=8.19.0
AS_OF=2026-11-20 # packages as the registry had them on this day
STATIC=workbench/ui/assets/static

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
echo '{"private": true}' >"$folder/package.json"
npm install --prefix "$folder" --before "$AS_OF" --ignore-scripts --no-audit --no-fund \
    --loglevel error "plotly.js@$PLOTLY" "esbuild@$ESBUILD" "acorn@$ACORN" >&2
node .make/plotly_bundle.mjs "$folder" "$folder/plotly-qiku.min.js"
for name in plotly-qiku.min.js plotly-qiku.LICENSE.txt; do
    if [ "${1:-}" = "--check" ]; then
        cmp "$folder/$name" "$STATIC/$name"
    else
        mkdir -p "$STATIC"
        cp "$folder/$name" "$STATIC/$name"
    fi
done
wc -c "$folder/plotly-qiku.min.js" >&2
