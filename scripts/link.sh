#!/bin/sh
# Makes .typing/gaung/{core,cli,plugins}, links under the import names, because no type checker can read the folder
# mapping of setup.cfg. Git ignores them; new files are seen at once; running this again is harmless.
set -eu
cd "$(dirname "$0")/.."
mkdir -p .typing/gaung
for name in core cli plugins; do
    ln -sfn "../../$name" ".typing/gaung/$name"
done
