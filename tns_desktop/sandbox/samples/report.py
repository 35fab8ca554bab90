"""The archive's report.json, V6: the documented fields, and a list of the expected documents as an extra field.

The documentation does not say where report.json lists documents, if it does; ``documents`` with ``label``, ``type``,
``participant`` (a uuid, or null for what is common) and ``path`` (null when the document is lacking) is our guess.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from tns_desktop.sandbox.records import Person, Record, iso
from tns_desktop.sandbox.samples.documents import Sample


def report_json(record: Record, samples: list[Sample]) -> bytes:
    """Names are report.json's own, whatever map the routes follow."""
    client_file: dict[str, Any] = {
        "uuid": record.uuid,
        "id": record.id,
        "workflowLabel": record.workflow,
        "externalInfo": [{"name": name, "value": value} for name, value in record.external_info],
        "profiles": list(record.profiles),
        "startDate": iso(record.start),
        "finishDate": iso(record.finish),
        "validationDate": iso(record.validation),
        "state": record.state,
        "rejectionCause": record.rejection_cause or None,
        "rejectionMessage": record.rejection_message or None,
        "participants": [_participant(record, person) for person in record.participants],
        "documents": [
            {
                "label": sample.label,
                "type": sample.type,
                "participant": sample.participant or None,
                "path": sample.path or None,
            }
            for sample in samples
        ],
    }
    report = {
        "date": iso(record.finish or record.start),
        "specimen": True,
        "clientFile": {name: value for name, value in client_file.items() if value is not None},
    }
    return json.dumps(report, ensure_ascii=False, indent=2).encode()


def _participant(record: Record, person: Person) -> dict[str, Any]:
    values: dict[str, Any] = {
        "uuid": person.uuid,
        "type": person.type,
        "civility": person.civility,
        "lastName": person.last_name,
        "firstName": person.first_name,
        "birthName": person.birth_name,
        "birthDate": person.birth_date,
        "birthPlace": person.birth_place,
        "email": person.email,
        "mobilePhone": person.mobile_phone,
        "phone": person.phone,
        "postalAddress": person.postal_address,
        "iban": person.iban,
        "profiles": list(person.profiles),
        "identityChecks": _identity_checks(record),
    }
    return {name: value for name, value in values.items() if value != ""}


def _identity_checks(record: Record) -> list[dict[str, Any]]:
    """One check a participant; code 2532 (MRZ typography) is a documented warning and occurs on every third file.

    Number and date of expiry are our guess of what a check tells of the document; a few are expired.
    """
    warnings = [{"code": 2532, "message": "MRZ typography"}] if record.number % 3 == 1 else []
    return [
        {
            "type": "IDENTITY_DOCUMENT",
            "status": "WARNING" if warnings else "OK",
            "documentNumber": f"SPEC{record.number:05d}{record.seed % 1000:03d}",
            "expiryDate": (record.start.date() + timedelta(days=record.number * 97 % 1500 - 60)).isoformat(),
            "warnings": warnings,
            "liveCheckStatusAccepted": True,
            "liveCheckWorkableElements": ["face", "document"],
        }
    ]
