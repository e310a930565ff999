# A Worker that runs the suite, and may reach this machine.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "suite", worker = .suite),
    (name = "internet", network = (allow = ["private"], tlsOptions = (trustBrowserCas = true))),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "suite")],
);

const suite :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "bundled/worker.js")],
  compatibilityDate = "2026-10-01",
  bindings = [(name = "CONTROL", fromEnvironment = "CONTROL")],
);
