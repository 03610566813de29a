"""A small API of jobs that live, and of the receivers of its webhooks, for tests."""

from __future__ import annotations

import json
from typing import Any

from contracts import contract
from state_contract import KEYS, STRING, answer, content, ref

from greenroom.contract.model import Contract

JOB = {"id": "job_001", "name": "Documented", "team": "red", "status": "queued"}
DONE = {**JOB, "status": "done", "score": 7}
HOOK = {
    "id": "hook_001",
    "url": "https://receiver.acme.test/in",
    "events": ["job.done"],
    "enabled": True,
    "deliveries": {"last": "2025-01-01T00:00:00Z", "status": 200, "failures": 0},
}
NEW_HOOK: dict[str, Any] = {
    "url": STRING,
    "events": {"type": "array", "items": STRING},
    "enabled": {"type": "boolean", "default": True},
    "team": STRING,
    "secret": STRING,
    "method": STRING,
    "content_type": STRING,
    "fields": {"type": "array", "items": STRING},
}
EVENT = {
    "event": "job.done",
    "delivery_id": "dlv_001",
    "at": "2025-01-01T00:00:00Z",
    "job": "job_001",
    "status": "done",
    "data": {"id": "job_001", "name": "Documented", "score": 7},
}
SIGNATURE = {
    "algorithm": "hmac-sha256",
    "encoding": "hex",
    "signature-header": "X-Signature",
    "prefix": "v1=",
    "timestamp-header": "X-Timestamp",
    "timestamp-tolerance": 300,
    "id-header": "X-Delivery",
    "signed-content": "{id}.{timestamp}.{body}",
}
DELIVERY: dict[str, Any] = {
    "timeout": "PT20S",
    "retries": ["PT1M", "PT5M"],
    "gone": {"410": "disable"},
}
PLACES = {
    "/event": "$event#/name",
    "/delivery_id": "$event#/id",
    "/at": "$event#/time",
    "/job": "$resource#/id",
    "/status": "$resource#/status",
    "/data/id": "$resource#/id",
    "/data/name": "$resource#/name",
    "/data/score": "$resource#/score",
}


def living(
    delivery: dict[str, Any] | None = None, signature: dict[str, Any] | None = None, **hook: Any
) -> Contract:
    """The API; `hook` are further keys of `x-subscription`."""
    missing = {"404": answer(ref("Problem"), Missing={"error": "nothing there"})}

    def identified(name: str) -> dict[str, Any]:
        example = {"job": "job_001", "hook": "hook_001"}[name]
        return {"name": "id", "in": "path", "required": True, "schema": STRING, "example": example}

    def webhook(event: str) -> dict[str, Any]:
        example = {**EVENT, "event": event}
        field = {"name": "X-Hook", "in": "header", "schema": STRING, "example": "hook_001"}
        return {
            "post": {
                "parameters": [field],
                "requestBody": {"content": content({"type": "object"}, Event=example)},
                "responses": {"200": {"description": "Received."}},
                "x-event": {
                    "about": "Job",
                    "payload": PLACES,
                    "headers": {"X-Hook": "$subscription#/id"},
                },
            }
        }

    names = {"id": STRING, "name": STRING, "team": STRING, "status": STRING}
    job = {
        "type": "object",
        "required": ["id", "name", "status"],
        "properties": {**names, "score": {"type": "integer"}},
        "x-lifecycle": {
            "state": "/status",
            "initial": "queued",
            "states": {
                "queued": {"after": {"PT1M": "running"}},
                "running": {"emit": ["job.started"], "after": {"PT10M": "done"}},
                "done": {"example": "JobDone", "emit": ["job.done"]},
                "failed": {"emit": ["job.failed"]},
            },
        },
    }
    shown = {"type": "object", "properties": {"last": {}, "status": {}, "failures": {}}}
    kept = {
        "type": "object",
        "required": ["id", "url", "enabled"],
        "properties": {"id": STRING, **NEW_HOOK, "deliveries": shown},
        "x-resource": {"seed": []},
        "x-subscription": {
            "url": "url",
            "events": "events",
            "active": "enabled",
            "secret": "secret",
            "method": "method",
            "content-type": "content_type",
            "fields": "fields",
            "match": {"team": "team"},
            "record": {
                "last": "/deliveries/last",
                "status": "/deliveries/status",
                "failures": "/deliveries/failures",
            },
            **hook,
        },
    }
    new_job = {
        "type": "object",
        "required": ["name"],
        "properties": {"name": STRING, "team": STRING},
    }
    new_hook = {"type": "object", "required": ["url"], "properties": NEW_HOOK}
    sent = {"url": HOOK["url"], "events": HOOK["events"]}
    paths = {
        "/jobs": {
            "post": {
                "operationId": "createJob",
                "requestBody": {
                    "required": True,
                    "content": content(new_job, Job={"name": "Documented", "team": "red"}),
                },
                "responses": {"201": answer(ref("Job"), Job=JOB)},
            }
        },
        "/jobs/{id}": {
            "parameters": [identified("job")],
            "get": {
                "operationId": "getJob",
                "responses": {"200": answer(ref("Job"), Job=JOB), **missing},
            },
            "delete": {
                "operationId": "deleteJob",
                "responses": {"204": {"description": "Gone."}, **missing},
            },
        },
        "/hooks": {
            "post": {
                "operationId": "createHook",
                "requestBody": {"required": True, "content": content(new_hook, Hook=sent)},
                "responses": {"201": answer(ref("Hook"), Hook=HOOK)},
            }
        },
        "/hooks/{id}": {
            "parameters": [identified("hook")],
            "get": {
                "operationId": "getHook",
                "responses": {"200": answer(ref("Hook"), Hook=HOOK), **missing},
            },
            "patch": {
                "operationId": "updateHook",
                "requestBody": {"content": content(new_hook | {"required": []})},
                "responses": {"200": answer(ref("Hook"), Hook=HOOK), **missing},
            },
        },
    }
    problem = {"type": "object", "required": ["error"], "properties": {"error": STRING}}
    return contract(
        paths,
        schemes=KEYS,
        components={
            "schemas": {"Job": job, "Hook": kept, "Problem": problem},
            "examples": {"JobDone": {"value": DONE}},
        },
        webhooks={name: webhook(name) for name in ("job.started", "job.done", "job.failed")},
        security=[{"Keyed": []}],
        **{
            "x-webhook-signature": SIGNATURE if signature is None else signature,
            "x-webhook-delivery": DELIVERY if delivery is None else delivery,
        },
    )


def written(api: Contract) -> str:
    """The text of its file."""
    return json.dumps(api.written)
