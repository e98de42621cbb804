#!/usr/bin/env python3
"""Holds imported boards against what LAVA makes of their dictionaries.

    compare.py --lab FOLDER --templates FOLDER --lablctl PROGRAM --labd PROGRAM [--explain BOARD]

LAB has devices/*.jinja2 and device-types/*.jinja2; TEMPLATES are LAVA's own. Each dictionary is rendered as LAVA renders
it. The lab is imported, and each board's type exported with the board's variables. Every fact that LAVA's device has must
be the same here, or differ for a reason that Tests/types/differences.yaml gives for the type. And labd has to take every
board, device type and device as written.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import jinja2
import jinja2.sandbox
import yaml

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "types"))
import compare as types  # noqa: E402

# Of a lab's own types that Jinja renders, without a board: what comes from the board's variables is lost, and said.
RENDERED = "was rendered once without this board"


def run(*words):
    done = subprocess.run([str(word) for word in words], stdout=subprocess.PIPE, check=False, text=True)
    if done.returncode != 0:
        sys.exit(f"compare: {words[0]} {words[1]} {words[2]} ended with {done.returncode}")
    return done.stdout


def environment(lab, templates):
    folders = [str(lab / "devices"), str(lab / "device-types"), str(templates)]
    return jinja2.sandbox.SandboxedEnvironment(
        autoescape=False, trim_blocks=True, loader=jinja2.FileSystemLoader(folders)
    )


def imported(lab, options, work):
    """The folder of an import, and its report; importing again must change nothing."""
    words = [options.lablctl, "import", "lava", lab, "-o", work, "--templates", options.templates, "--json"]
    words += ["--python", sys.executable]
    report = json.loads(run(*words))
    before = {path: path.read_bytes() for path in work.rglob("*") if path.is_file()}
    again = json.loads(run(*words))
    after = {path: path.read_bytes() for path in work.rglob("*") if path.is_file()}
    if before != after or any(file["state"] != "unchanged" for file in again["files"]):
        sys.exit("compare: importing twice changes something")
    return report


def lava_type(name, own):
    """The type of LAVA's own that a type of the lab extends."""
    while name in own:
        name = types.Templates(own[name].parent).parent(name)
    return name


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lab", required=True, type=pathlib.Path)
    parser.add_argument("--templates", required=True, type=pathlib.Path)
    parser.add_argument("--lablctl", required=True)
    parser.add_argument("--labd", required=True)
    parser.add_argument("--explain", help="print every difference of one board")
    options = parser.parse_args()

    work = pathlib.Path(tempfile.mkdtemp())
    try:
        return compare(options, work)
    finally:
        shutil.rmtree(work)


def compare(options, work):
    report = imported(options.lab, options, work / "lab")
    lava = environment(options.lab, options.templates)
    own = {file.stem: file for file in (options.lab / "device-types").glob("*.jinja2")}
    book = yaml.safe_load((HERE.parent / "types" / "differences.yaml").read_text())
    comparison = types.Comparison(book["rules"])
    failed = 0
    print(f"{'board':<16} {'type':<22} {'facts':>6} {'agree':>6} {'reasons':>7} {'unexplained':>11}")
    for item in report["items"]:
        if item["kind"] != "board":
            continue
        name = item["name"]
        text = lava.get_template(f"{name}.jinja2").render()
        theirs = types.lava_facts(yaml.load(text, Loader=types.LOADER))
        board = yaml.safe_load((work / "lab" / item["file"]).read_text())
        ours = exported(options, work, board)
        base = lava_type(board["type"], own)
        has_tee = any(path.endswith(".tee") for path in ours)
        known, unknown = 0, []
        for path, value in theirs.items():
            if path.endswith(types.WITH_TEE) and not has_tee:
                continue
            before = len(comparison.unexplained)
            comparison.look(name, base, "as it is", path, value, ours.get(path))
            unknown += comparison.unexplained[before:]
        row = comparison.table[name]
        known = row["facts"] - row["agreed"] - len(unknown)
        is_rendered = any(RENDERED in finding["message"] for finding in item["findings"])
        failed += 0 if is_rendered else len(unknown)
        note = "  (its type was rendered without it, as the report says)" if is_rendered and unknown else ""
        print(f"{name:<16} {board['type']:<22} {row['facts']:>6} {row['agreed']:>6} {known:>7} {len(unknown):>11}{note}")
        if unknown and not is_rendered or options.explain == name:
            for _, _, path, left, right in unknown:
                print(f"    {path}: {types.excerpt(left, right)}")
    if not comparison.table:
        sys.exit("compare: no board was imported")
    failed += refused(options, work, [item["name"] for item in report["items"] if item["kind"] == "board"])
    if failed:
        print(f"\nimport: {failed} differences unexplained or refused")
        return 1
    print("\nimport: every board means what LAVA makes of it; differences have the reasons of their types")
    return 0


def refused(options, work, boards):
    """How many boards, types and devices labd does not take."""
    lab = work / "lab"
    configuration = yaml.safe_load((lab / "devices.yaml").read_text())
    devices = [device["name"] for device in configuration["devices"]]
    configuration |= {"boards": [], "boards_folder": str(lab / "boards"), "state": str(work / "state")}
    configuration["device_types"] = [str(lab / "device-types")]
    (work / "labd.yaml").write_text(yaml.safe_dump(configuration))
    words = [options.labd, "doctor", "--config", str(work / "labd.yaml")]
    said = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, text=True).stdout
    taken = {tuple(line.split()[1:3]) for line in said.splitlines() if line.split()[:1] == ["ok"]}
    wanted = [("board", name) for name in boards] + [("device", name) for name in devices] + [("device", "types")]
    missing = [" ".join(one) for one in wanted if one not in taken]
    print(f"\nlabd takes {len(wanted) - len(missing)} of {len(wanted)} boards, devices and the device types")
    for one in missing:
        print(f"    not {one}: {[line for line in said.splitlines() if one in line]}")
    return len(missing)


def exported(options, work, board):
    """The facts of a board's type with the board's variables."""
    variables = work / "variables.json"
    variables.write_text(json.dumps(board.get("variables") or {}))
    words = [options.lablctl, "device-type", "export", board["type"], "--variables", variables]
    if (work / "lab" / "device-types").is_dir():
        words += ["--types", work / "lab" / "device-types"]
    return types.our_facts(json.loads(run(*words))[board["type"]])


if __name__ == "__main__":
    sys.exit(main())
