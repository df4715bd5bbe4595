#include "aws/simulated/services.hpp"
#include "aws/simulated/world.hpp"

#include <algorithm>

namespace gradus::simulated {

namespace {

using aws::ServiceError;

// AWS keeps points of a minute for 15 days; a metric here keeps its newest.
constexpr std::size_t points_max = 100'000;
constexpr std::int64_t period_seconds_max = 86'400 * 30;
// GetMetricStatistics answers with at most this many (API reference).
constexpr std::size_t datapoints_max = 1440;

std::string metric_key(const std::string& name_space, const std::string& name,
                       const Value& dimensions) {
    std::vector<std::string> parts;
    if (dimensions.is_array())
        for (const Value& dimension : dimensions.as_array())
            parts.push_back(text(dimension["Name"]) + '=' + text(dimension["Value"]));
    std::sort(parts.begin(), parts.end());
    std::string key = name_space + '\n' + name;
    for (const std::string& part : parts)
        key += '\n' + part;
    return key;
}

MetricPoint point_of(const ApiCall& call, const Value& datum) {
    MetricPoint point;
    point.at = time_of(datum["Timestamp"]).value_or(call.world.now);
    if (const Value* set = datum.find("StatisticValues")) {
        point.samples = real((*set)["SampleCount"], 0);
        point.sum = real((*set)["Sum"], 0);
        point.minimum = real((*set)["Minimum"], 0);
        point.maximum = real((*set)["Maximum"], 0);
        return point;
    }
    const double value = real(datum["Value"], 0);
    point.sum = point.minimum = point.maximum = value;
    return point;
}

Outcome put_metric_data(ApiCall& call) {
    const std::string name_space = text(call.params["Namespace"]);
    if (name_space.starts_with("AWS/"))
        return fault("InvalidParameterValue", "The value AWS/ for parameter Namespace is invalid.");
    for (const Value& datum : call.params["MetricData"].as_array()) {
        const std::string key =
            metric_key(name_space, text(datum["MetricName"]), datum["Dimensions"]);
        std::vector<MetricPoint>& points = call.region.cloudwatch.metrics[key];
        if (points.size() >= points_max) points.erase(points.begin());
        points.push_back(point_of(call, datum));
    }
    return Value::object();
}

// Points of a window gathered into periods; by the start of each period.
Result<std::map<Timestamp, MetricPoint>, ServiceError> gather(ApiCall& call, const std::string& key,
                                                              const Value& period,
                                                              const Value& start,
                                                              const Value& end) {
    const std::int64_t seconds = integer(period, 0);
    if (seconds < 1 || seconds > period_seconds_max)
        return fault("InvalidParameterValue", "The parameter Period must be a multiple of 60.");
    const auto from = time_of(start);
    const auto to = time_of(end);
    if (!from || !to || *from >= *to)
        return fault("InvalidParameterCombination",
                     "The parameter StartTime must be less than the parameter EndTime.");
    std::map<Timestamp, MetricPoint> out;
    const auto found = call.region.cloudwatch.metrics.find(key);
    if (found == call.region.cloudwatch.metrics.end()) return out;
    for (const MetricPoint& point : found->second) {
        if (point.at < *from || point.at >= *to) continue;
        const std::int64_t epoch = epoch_milliseconds(point.at) / 1000;
        const Timestamp bucket = timestamp_of((epoch - epoch % seconds) * 1000);
        const auto [place, is_new] = out.emplace(bucket, point);
        if (is_new) continue;
        MetricPoint& sum = place->second;
        sum.sum += point.sum;
        sum.samples += point.samples;
        sum.minimum = std::min(sum.minimum, point.minimum);
        sum.maximum = std::max(sum.maximum, point.maximum);
    }
    return out;
}

double statistic(const MetricPoint& point, std::string_view name) {
    if (name == "Sum") return point.sum;
    if (name == "Minimum") return point.minimum;
    if (name == "Maximum") return point.maximum;
    if (name == "SampleCount") return point.samples;
    return point.samples == 0 ? 0 : point.sum / point.samples;
}

Outcome get_metric_statistics(ApiCall& call) {
    const std::string name = text(call.params["MetricName"]);
    const std::string key =
        metric_key(text(call.params["Namespace"]), name, call.params["Dimensions"]);
    GRADUS_TRY(const auto points, gather(call, key, call.params["Period"], call.params["StartTime"],
                                         call.params["EndTime"]));
    if (points.size() > datapoints_max)
        return fault("InvalidParameterCombination",
                     "You have requested up to " + std::to_string(points.size()) +
                         " datapoints, which exceeds the limit of 1,440.");
    Array out;
    for (const auto& [at, point] : points) {
        ObjectBuilder one;
        one.put("Timestamp", time_value(at));
        for (const std::string& wanted : texts(call.params["Statistics"]))
            one.put(Value(wanted), Value(statistic(point, wanted)));
        one.put("Unit", Value(text(call.params["Unit"], "None")));
        out.push_back(one.build());
    }
    return Value::object({{"Label", Value(name)}, {"Datapoints", Value(std::move(out))}});
}

Outcome get_metric_data(ApiCall& call) {
    Array results;
    for (const Value& query : call.params["MetricDataQueries"].as_array()) {
        const Value* wanted = query.find("MetricStat");
        if (wanted == nullptr)
            return fault("ValidationError",
                         "Metric math expressions are not simulated; give a MetricStat");
        const Value& metric = (*wanted)["Metric"];
        const std::string key =
            metric_key(text(metric["Namespace"]), text(metric["MetricName"]), metric["Dimensions"]);
        GRADUS_TRY(const auto points, gather(call, key, (*wanted)["Period"],
                                             call.params["StartTime"], call.params["EndTime"]));
        Array times;
        Array values;
        // The newest first, unless asked for otherwise.
        const bool is_ascending = text(call.params["ScanBy"]) == "TimestampAscending";
        for (const auto& [at, point] : points) {
            times.push_back(time_value(at));
            values.emplace_back(statistic(point, text((*wanted)["Stat"])));
        }
        if (!is_ascending) {
            std::reverse(times.begin(), times.end());
            std::reverse(values.begin(), values.end());
        }
        results.push_back(
            Value::object({{"Id", query["Id"]},
                           {"Label", Value(text(query["Label"], text(metric["MetricName"])))},
                           {"Timestamps", Value(std::move(times))},
                           {"Values", Value(std::move(values))},
                           {"StatusCode", Value("Complete")}}));
    }
    return Value::object({{"MetricDataResults", Value(std::move(results))}});
}

Outcome put_metric_alarm(ApiCall& call) {
    const std::string name = text(call.params["AlarmName"]);
    Value alarm = call.params.without("Tags");
    alarm = std::move(alarm)
                .with("AlarmArn", Value(call.world.arn("cloudwatch", call.region, "alarm:" + name)))
                .with("StateValue", Value("INSUFFICIENT_DATA"))
                .with("StateReason", Value("Unchecked: Initial alarm creation"))
                .with("StateUpdatedTimestamp", time_value(call.world.now))
                .with("AlarmConfigurationUpdatedTimestamp", time_value(call.world.now));
    if (alarm.find("ActionsEnabled") == nullptr)
        alarm = std::move(alarm).with("ActionsEnabled", Value(true));
    call.region.cloudwatch.alarms.insert_or_assign(name, std::move(alarm));
    return Value::object();
}

Outcome describe_alarms(ApiCall& call) {
    const std::vector<std::string> names = texts(call.params["AlarmNames"]);
    const std::string prefix = text(call.params["AlarmNamePrefix"]);
    std::vector<Value> out;
    for (const auto& [name, alarm] : call.region.cloudwatch.alarms)
        if (is_among(names, name) && name.starts_with(prefix)) out.push_back(alarm);
    const std::int64_t size = std::min<std::int64_t>(100, integer(call.params["MaxRecords"], 50));
    GRADUS_TRY(Page page, page_of(out, call.params["NextToken"], size, "InvalidNextToken"));
    Value answer = Value::object({{"MetricAlarms", Value(std::move(page.items))}});
    if (page.next_token.empty()) return answer;
    return std::move(answer).with("NextToken", Value(page.next_token));
}

Outcome delete_alarms(ApiCall& call) {
    const std::vector<std::string> names = texts(call.params["AlarmNames"]);
    for (const std::string& name : names)
        if (!call.region.cloudwatch.alarms.contains(name))
            return fault("ResourceNotFound", "Alarm " + name + " does not exist", 404);
    for (const std::string& name : names)
        call.region.cloudwatch.alarms.erase(name);
    return Value::object();
}

constexpr OperationRow rows[] = {
    {"PutMetricData", put_metric_data},  {"GetMetricStatistics", get_metric_statistics},
    {"GetMetricData", get_metric_data},  {"PutMetricAlarm", put_metric_alarm},
    {"DescribeAlarms", describe_alarms}, {"DeleteAlarms", delete_alarms},
};

} // namespace

std::span<const OperationRow> cloudwatch_operations() { return rows; }

} // namespace gradus::simulated
