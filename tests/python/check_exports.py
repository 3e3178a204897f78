"""Holds exports against the programs that others read them with, and reports against their schema.

    check_exports.py stix FOLDER        STIX bundles: OASIS's validator, and the identifiers of OASIS's library
    check_exports.py misp FOLDER        MISP events: what PyMISP loads is what was written
    check_exports.py report FOLDER SCHEMA

Prints a line for each problem, and last how many files were checked and which exceptions were met.
"""

import json
import sys
from pathlib import Path

# What published bundles have for the package of an app, and MVT reads (docs/exports.md). The validator wants three
# letters for a property.
APP_ID = ("'id' is not a valid observable property name", "[app:id = ")
# Objects that are the same in each export have the same identifier, which a random one cannot be.
NOT_RANDOM = "is not a valid UUIDv4 ID"


def check_stix(files):
    from stix2 import parse_observable
    from stix2validator import ValidationOptions, validate_string

    exceptions = {"app:id": 0, "identifiers": 0}
    # A random identifier is recommended, not required: that check alone is left out.
    options = ValidationOptions(version="2.1")
    for file in files:
        text = file.read_text("utf-8")
        bundle = json.loads(text)
        objects = {one["id"]: one for one in bundle.get("objects", [])}
        result = validate_string(text, options)
        for told in result.object_results if hasattr(result, "object_results") else [result]:
            for error in told.errors or []:
                of = next((one for id, one in objects.items() if id in str(error)), {})
                if APP_ID[0] in str(error) and of.get("pattern", "").startswith(APP_ID[1]):
                    exceptions["app:id"] += 1
                else:
                    yield file, f"error: {error}"
            for warning in told.warnings or []:
                if NOT_RANDOM in str(warning):
                    exceptions["identifiers"] += 1
                else:
                    yield file, f"warning: {warning}"
        for one in objects.values():
            if "created" in one:
                continue
            without = {key: value for key, value in one.items() if key != "id"}
            expected = parse_observable(without, version="2.1").id
            if expected != one["id"]:
                yield file, f"{one['id']} should be {expected}"
    yield None, exceptions


def check_misp(files):
    import pymisp

    templates = Path(pymisp.__file__).parent / "data" / "misp-objects" / "objects"
    fields = ["uuid", "type", "category", "value", "comment", "to_ids", "object_relation"]

    def facts(attribute):
        values = {key: attribute.get(key) for key in fields}
        values["value"] = str(values["value"])
        values["comment"] = values["comment"] or ""
        values["Tag"] = [tag["name"] for tag in attribute.get("Tag", [])]
        return values

    for file in files:
        written = json.loads(file.read_text("utf-8"))["Event"]
        event = pymisp.MISPEvent()
        event.load_file(str(file))
        loaded = json.loads(event.to_json())
        for key in ["uuid", "info", "date", "distribution", "threat_level_id", "analysis"]:
            if str(loaded[key]) != str(written[key]):
                yield file, f"{key}: {written[key]!r} became {loaded[key]!r}"
        pairs = [("event", written, loaded)]
        if len(written["Object"]) != len(loaded.get("Object", [])):
            yield file, "another number of objects"
        for before, after in zip(written["Object"], loaded.get("Object", [])):
            pairs.append((before["uuid"], before, after))
            template = json.loads((templates / before["name"] / "definition.json").read_text("utf-8"))
            if template["uuid"] != before["template_uuid"] or template["version"] != int(before["template_version"]):
                yield file, f"the template of {before['name']} is {template['uuid']}, version {template['version']}"
            for attribute in before["Attribute"]:
                known = template["attributes"].get(attribute["object_relation"], {})
                if known.get("misp-attribute") != attribute["type"]:
                    yield file, f"{attribute['object_relation']} is no {attribute['type']}"
            references = [one["referenced_uuid"] for one in before["ObjectReference"]]
            if references != [one["referenced_uuid"] for one in after.get("ObjectReference", [])]:
                yield file, f"other references of {before['uuid']}"
        for name, before, after in pairs:
            if [facts(one) for one in before["Attribute"]] != [facts(one) for one in after.get("Attribute", [])]:
                yield file, f"other attributes of {name}: {before['Attribute']} became {after.get('Attribute')}"
        for attribute in [one for _, before, _ in pairs for one in before["Attribute"]]:
            if attribute["category"] not in event.describe_types["categories"]:
                yield file, f"no category: {attribute['category']}"
            if attribute["type"] not in event.describe_types["category_type_mappings"].get(attribute["category"], []):
                yield file, f"{attribute['type']} does not belong to {attribute['category']}"
    yield None, {}


def check_report(files, schema):
    from jsonschema import Draft202012Validator

    schema = json.loads(Path(schema).read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    for file in files:
        for error in validator.iter_errors(json.loads(file.read_text("utf-8"))):
            yield file, f"{error.json_path}: {error.message}"
    yield None, {}


def main():
    kind, folder, *more = sys.argv[1:]
    files = sorted(Path(folder).iterdir())
    checks = {"stix": check_stix, "misp": check_misp, "report": check_report}
    problems = 0
    for file, told in checks[kind](files, *more):
        if file is None:
            print(json.dumps({"files": len(files), "exceptions": told}, sort_keys=True))
        else:
            problems += 1
            print(f"{file.name}: {told}")
    sys.exit(1 if problems else 0)


main()
