"""Holds device type files against the JSON Schema that labd gives to editors, which comes on standard input.

What a file may say beyond it (variables, parents) only labd knows; what the schema refuses no file may say.
"""

import json
import pathlib
import sys

import jsonschema
import yaml


def main(folder):
    schema = json.load(sys.stdin)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    files = sorted(pathlib.Path(folder).rglob("*.yaml"))
    refused = 0
    for file in files:
        for error in validator.iter_errors(yaml.safe_load(file.read_text())):
            refused += 1
            path = ".".join(str(part) for part in error.absolute_path)
            print(f"{file}: {path}: {error.message[:200]}")
    # A schema that takes everything would be none.
    if not list(validator.iter_errors({"bootloaders": {"u-boot": {"promt": "x"}}})):
        refused += 1
        print("the schema takes a key that there is not")
    print(f"{len(files)} files, {refused} refused")
    return 1 if refused or not files else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
