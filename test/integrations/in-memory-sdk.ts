/** The OpenTelemetry SDK, registered globally, with exporters that keep everything in memory. */

import { context, metrics, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  InMemorySpanExporter,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";

/** One series of one metric. */
interface Series {
  readonly attributes: Readonly<Record<string, unknown>>;
  /** A counter's sum; a histogram's count, sum, minimum, maximum and buckets. */
  readonly value: unknown;
}

interface Metric {
  readonly unit: string;
  readonly description: string;
  readonly series: readonly Series[];
}

export interface InMemorySdk {
  readonly tracerProvider: TracerProvider;
  readonly meterProvider: MeterProvider;
  /** The spans that have ended. */
  readonly spans: () => ReadableSpan[];
  /** All metrics so far, by name. */
  readonly metrics: () => Promise<Readonly<Record<string, Metric>>>;
  /** Makes it what the API finds. */
  readonly register: () => void;
  readonly stop: () => Promise<void>;
}

export function createSdk(sampler?: Sampler): InMemorySdk {
  const spans = new InMemorySpanExporter();
  const tracerProvider = new TracerProvider({
    spanProcessors: [new SimpleSpanProcessor({ exporter: spans })],
    ...(sampler && { sampler }),
  });
  const exported = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: exported, exportIntervalMillis: 600_000 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  return {
    tracerProvider,
    meterProvider,
    spans: () => spans.getFinishedSpans(),
    async metrics() {
      await meterProvider.forceFlush();
      const scopes = exported.getMetrics().at(-1)?.scopeMetrics ?? [];
      const all = scopes.flatMap((scope) => scope.metrics);
      return Object.fromEntries(
        all.map(({ descriptor, dataPoints }) => [
          descriptor.name,
          {
            unit: descriptor.unit,
            description: descriptor.description,
            series: dataPoints.map(({ attributes, value }) => ({ attributes, value })),
          },
        ]),
      );
    },
    register() {
      context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
      trace.setGlobalTracerProvider(tracerProvider);
      metrics.setGlobalMeterProvider(meterProvider);
    },
    async stop() {
      context.disable();
      trace.disable();
      metrics.disable();
      await tracerProvider.shutdown();
      await meterProvider.shutdown();
    },
  };
}
