#include "tools/gradus/replay/report.hpp"

#include <algorithm>

namespace gradus::cli {
namespace {

struct Row {
    std::string recording, recorded, now, result;
};

std::string where_it_differs(const ReplayedRun& run) {
    const Divergence& first = run.report.divergences[0];
    const std::uint64_t id = first.expected ? first.expected->id : first.actual->id;
    std::string out = "differs from event " + std::to_string(id) + " on";
    if (!first.state.empty()) out += ", '" + first.state + "'";
    const std::string place = place_in_definition(run, first);
    return place.empty() ? out : out + ", " + place;
}

std::string result_of(const ReplayedRun& run) {
    switch (run.verdict()) {
    case ReplayVerdict::equal: return "equal";
    case ReplayVerdict::differs: return where_it_differs(run);
    case ReplayVerdict::stuck:
        return "stuck: '" + run.report.unanswered[0].state + "' has no answer in the recording";
    }
    return "";
}

std::vector<Row> rows_of(const std::vector<ReplayedRun>& runs,
                         const std::vector<UnusableRun>& unusable) {
    std::vector<Row> rows;
    rows.reserve(runs.size() + unusable.size());
    for (const ReplayedRun& run : runs) {
        rows.push_back({run.name, std::string(execution_status_name(run.report.recorded.status)),
                        std::string(execution_status_name(run.report.replayed.status)),
                        result_of(run)});
    }
    for (const UnusableRun& one : unusable)
        rows.push_back({one.name, "-", "-", "unusable: " + one.reason});
    return rows;
}

std::size_t count_of(const std::vector<ReplayedRun>& runs, ReplayVerdict verdict) {
    return static_cast<std::size_t>(std::ranges::count_if(
        runs, [&](const ReplayedRun& run) { return run.verdict() == verdict; }));
}

std::string count_line(const std::vector<ReplayedRun>& runs,
                       const std::vector<UnusableRun>& unusable) {
    const std::size_t all = runs.size() + unusable.size();
    std::string out = std::to_string(all) + (all == 1 ? " recording: " : " recordings: ") +
                      std::to_string(count_of(runs, ReplayVerdict::equal)) + " as before, " +
                      std::to_string(count_of(runs, ReplayVerdict::differs)) + " otherwise, " +
                      std::to_string(count_of(runs, ReplayVerdict::stuck)) + " stuck";
    if (!unusable.empty()) out += ", " + std::to_string(unusable.size()) + " unusable";
    return out;
}

std::string padded(const std::string& text, std::size_t width) {
    return text + std::string(width > text.size() ? width - text.size() : 0, ' ');
}

/// As text between the tags of HTML or XML, or in an attribute.
std::string markup_text(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '&')
            out += "&amp;";
        else if (c == '"')
            out += "&quot;";
        else if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t')
            out += ' '; // XML 1.0 has no way to write these
        else
            out += c;
    }
    return out;
}

} // namespace

std::string summary_table(const std::vector<ReplayedRun>& runs,
                          const std::vector<UnusableRun>& unusable) {
    std::vector<Row> rows = rows_of(runs, unusable);
    rows.insert(rows.begin(), {"RECORDING", "RECORDED", "NOW", "RESULT"});
    std::size_t recording = 0;
    std::size_t status = 0;
    for (const Row& row : rows) {
        recording = std::max(recording, row.recording.size());
        status = std::max({status, row.recorded.size(), row.now.size()});
    }
    std::string out;
    for (const Row& row : rows) {
        out += padded(row.recording, recording) + "  " + padded(row.recorded, status) + "  " +
               padded(row.now, status) + "  " + row.result + "\n";
    }
    return out + "\n" + count_line(runs, unusable) + "\n";
}

std::string junit_report(const std::vector<ReplayedRun>& runs,
                         const std::vector<UnusableRun>& unusable) {
    const std::size_t failures = runs.size() - count_of(runs, ReplayVerdict::equal);
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                      "<testsuites>\n<testsuite name=\"gradus replay\" tests=\"" +
                      std::to_string(runs.size() + unusable.size()) + "\" failures=\"" +
                      std::to_string(failures) + "\" errors=\"" + std::to_string(unusable.size()) +
                      "\">\n";
    for (const ReplayedRun& run : runs) {
        out += "<testcase classname=\"replay\" name=\"" + markup_text(run.name) + "\"";
        if (run.verdict() == ReplayVerdict::equal) {
            out += "/>\n";
            continue;
        }
        out += "><failure message=\"" + markup_text(result_of(run)) + "\">" +
               markup_text(text_report(run)) + "</failure></testcase>\n";
    }
    for (const UnusableRun& one : unusable) {
        out += "<testcase classname=\"replay\" name=\"" + markup_text(one.name) +
               "\"><error message=\"" + markup_text(one.reason) + "\"/></testcase>\n";
    }
    return out + "</testsuite>\n</testsuites>\n";
}

std::string html_report(const std::vector<ReplayedRun>& runs,
                        const std::vector<UnusableRun>& unusable) {
    std::string out =
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>gradus replay"
        "</title>\n<style>\n"
        "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;"
        "color:#1b1f24;background:#fff}\n"
        "table{border-collapse:collapse;width:100%}\n"
        "th,td{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #d0d7de;"
        "overflow-wrap:anywhere}\n"
        "pre{background:#f6f8fa;padding:.8rem;overflow-x:auto}\n"
        ".minus{color:#b3261e}.plus{color:#116329}\n</style></head><body>\n<h1>gradus replay</h1>\n"
        "<p>" +
        markup_text(count_line(runs, unusable)) +
        "</p>\n<table><tr><th>Recording</th><th>Recorded</th><th>Now</th><th>Result</th></tr>\n";
    for (const Row& row : rows_of(runs, unusable)) {
        out += "<tr><td>" + markup_text(row.recording) + "</td><td>" + markup_text(row.recorded) +
               "</td><td>" + markup_text(row.now) + "</td><td>" + markup_text(row.result) +
               "</td></tr>\n";
    }
    out += "</table>\n";
    for (const ReplayedRun& run : runs) {
        out += "<h2>" + markup_text(run.name) + "</h2>\n<pre>";
        std::string text = text_report(run);
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = std::min(text.find('\n', at), text.size());
            const std::string line = text.substr(at, end - at);
            const bool is_minus = line.starts_with("      - ");
            const bool is_plus = line.starts_with("      + ");
            if (is_minus || is_plus)
                out += std::string("<span class=\"") + (is_minus ? "minus" : "plus") + "\">" +
                       markup_text(line) + "</span>\n";
            else
                out += markup_text(line) + "\n";
            at = end + 1;
        }
        out += "</pre>\n";
    }
    return out + "</body></html>\n";
}

} // namespace gradus::cli
