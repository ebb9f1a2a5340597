"""Reads the server's metrics with Prometheus' own Python parser, and with promtool where it is installed."""

import json
import shutil
import subprocess
import urllib.request

from prometheus_client.parser import text_string_to_metric_families

from serving import Serving, check

# What dashboards for vLLM look at.
EXPECTED = {
    "vllm:num_requests_running": "gauge", "vllm:num_requests_waiting": "gauge", "vllm:kv_cache_usage_perc": "gauge",
    "vllm:prefix_cache_queries": "counter", "vllm:prefix_cache_hits": "counter", "vllm:num_preemptions": "counter",
    "vllm:prompt_tokens": "counter", "vllm:generation_tokens": "counter", "vllm:request_success": "counter",
    "vllm:time_to_first_token_seconds": "histogram", "vllm:inter_token_latency_seconds": "histogram",
    "vllm:e2e_request_latency_seconds": "histogram", "vllm:iteration_tokens_total": "histogram",
    "quire:step_time_seconds": "histogram", "quire:pages_shared": "gauge", "quire:page_copies": "counter",
    "quire:page_evictions": "counter",
}


def main():
    with Serving() as server:
        body = json.dumps({"prompt": "Once", "n": 3, "max_tokens": 20}).encode()
        request = urllib.request.Request(server.url + "/v1/completions", body, {"Content-Type": "application/json"})
        urllib.request.urlopen(request).read()
        text = server.get("/metrics")
    families = {family.name: family for family in text_string_to_metric_families(text)}
    found = {name: families[name].type for name in EXPECTED if name in families}
    check("every metric is there with its type", found == EXPECTED, set(EXPECTED.items()) - set(found.items()))
    labels = [sample.labels for family in families.values() for sample in family.samples]
    check("every sample has vLLM's labels", all(l.get("model_name") == "quire-tiny" and "engine" in l for l in labels))
    promtool = shutil.which("promtool")
    if promtool is None:
        print("skipped: promtool is not installed")
        return
    run = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True, text=True)
    # Its advice on names is not ours to follow: they are vLLM's.
    broken = [line for line in run.stderr.splitlines() if "error" in line.lower()]
    check("promtool can read it", run.returncode in (0, 3) and not broken, run.stderr)


main()
