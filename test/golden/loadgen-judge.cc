// Asks the library of MLPerf LoadGen what it makes of rows and runs on stdin; one line of JSON each. Built and run by loadgen.py.
#include <cstdio>
#include <iostream>

#include "early_stopping.h"
#include "results.h"
#include "test_settings_internal.h"

using namespace mlperf;
using namespace mlperf::loadgen;

static void judgeRow() {
  int64_t t;
  double p, c, d;
  std::cin >> t >> p >> c >> d;
  MinPassingQueriesFinder find;
  const int64_t h = find(t, p, d, c);
  std::printf("{\"h\":%ld,\"n\":%ld}\n", (long)h, (long)(h + t));
}

static void judgeRun() {
  std::string scenario;
  double percentile, seconds;
  int64_t target, minMilliseconds, minQueries;
  size_t count;
  std::cin >> scenario >> percentile >> target >> minMilliseconds >> minQueries >> seconds >> count;
  std::vector<QuerySampleLatency> latencies(count);
  for (auto &latency : latencies) std::cin >> latency;

  TestSettings requested;
  const bool multi = scenario == "MS";
  requested.scenario = scenario == "SS"   ? TestScenario::SingleStream
                       : multi            ? TestScenario::MultiStream
                       : scenario == "SV" ? TestScenario::Server
                                          : TestScenario::Offline;
  TestSettingsInternal settings(requested, 1024, 1024);
  settings.target_latency_percentile = percentile;
  settings.target_latency = std::chrono::nanoseconds(target);
  settings.min_duration = std::chrono::milliseconds(minMilliseconds);
  settings.min_query_count = minQueries;
  settings.min_sample_count = 0;

  PerformanceResult result;
  result.sample_latencies = latencies;
  if (multi) result.query_latencies = latencies;
  result.queries_issued = count;
  result.max_latency = result.final_query_scheduled_time = result.final_query_issued_time =
      result.final_query_all_samples_done_time = seconds;

  PerformanceSummary summary{"", settings, result};
  std::string words;
  summary.ProcessLatencies();
  const bool duration = summary.MinDurationMet(&words);
  const bool queries = summary.MinQueriesMet() && summary.MinSamplesMet();
  const bool bound = summary.PerfConstraintsMet(&words);
  const bool stopping =
      summary.EarlyStopping(&words, count, &summary.pr.sample_latencies, &summary.pr.query_latencies, settings.target_latency);
  const auto word = [](bool met) { return met ? "true" : "false"; };
  const auto value = [&](const PerformanceSummary::PercentileEntry &entry) {
    return (long)(multi ? entry.query_latency : entry.sample_latency);
  };
  std::printf(
      "{\"valid\":%s,\"min_duration_met\":%s,\"min_queries_met\":%s,\"perf_met\":%s,\"early_stopping_met\":%s,"
      "\"target_pct_ns\":%ld,\"es_ss_ns\":%ld,\"es_ms_ns\":%ld,\"overlatency\":%zu,\"mean_ns\":%ld,\"pcts\":{",
      word(duration && queries && bound && stopping), word(duration), word(queries), word(bound), word(stopping),
      value(summary.target_latency_percentile), (long)summary.early_stopping_latency_ss,
      (long)summary.early_stopping_latency_ms, summary.overlatency_query_count,
      (long)(multi ? summary.query_latency_mean : summary.sample_latency_mean));
  const char *names[] = {"50", "90", "95", "97", "99", "99.9"};
  for (int index = 0; index < 6; index++)
    std::printf("%s\"%s\":%ld", index ? "," : "", names[index], value(summary.latency_percentiles[index]));
  std::printf("}}\n");
}

int main() {
  for (std::string kind; std::cin >> kind;) kind == "ROW" ? judgeRow() : judgeRun();
}
