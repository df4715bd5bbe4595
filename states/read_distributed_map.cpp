// Reading the fields that only a distributed Map has. AWS, "ItemReader (Map)", "ItemBatcher (Map)",
// "ResultWriter (Map)", "Label"; their checks of what may stand together.
#include "gradus/json.hpp"
#include "gradus/limits.hpp"
#include "states/base/base.hpp"
#include "states/program/compiler.hpp"

#include <algorithm>
#include <array>

namespace gradus {
namespace {

using enum FieldKind;
using enum FieldLanguage;

constexpr auto reader_table = std::to_array<Field>({
    {.name = "Resource", .kind = text, .presence = Presence::required},
    {.name = "Parameters", .kind = object, .language = jsonpath},
    {.name = "Arguments", .kind = formula, .language = jsonata, .literal = object},
    {.name = "ReaderConfig", .kind = object},
});
constexpr auto reader_config_table = std::to_array<Field>({
    {.name = "InputType", .kind = text},
    {.name = "Transformation", .kind = text},
    {.name = "ManifestType", .kind = text},
    {.name = "CSVHeaderLocation", .kind = text},
    {.name = "CSVHeaders", .kind = array},
    {.name = "CSVDelimiter", .kind = text},
    {.name = "MaxItems", .kind = formula, .literal = integer},
    {.name = "MaxItemsPath", .kind = text, .language = jsonpath},
    {.name = "ItemsPointer", .kind = text},
    {.name = "ExpectedBucketOwner", .kind = text},
    {.name = "VersionId", .kind = text},
});
constexpr auto batcher_table = std::to_array<Field>({
    {.name = "MaxItemsPerBatch", .kind = formula, .literal = integer},
    {.name = "MaxItemsPerBatchPath", .kind = text, .language = jsonpath},
    {.name = "MaxInputBytesPerBatch", .kind = formula, .literal = integer},
    {.name = "MaxInputBytesPerBatchPath", .kind = text, .language = jsonpath},
    {.name = "BatchInput", .kind = any},
});
constexpr auto writer_table = std::to_array<Field>({
    {.name = "Resource", .kind = text},
    {.name = "Parameters", .kind = object, .language = jsonpath},
    {.name = "Arguments", .kind = formula, .language = jsonata, .literal = object},
    {.name = "WriterConfig", .kind = object},
});
constexpr auto writer_config_table = std::to_array<Field>({
    {.name = "Transformation", .kind = text},
    {.name = "OutputType", .kind = text},
});

struct Delimiter {
    std::string_view name;
    char character;
};
constexpr auto delimiters = std::to_array<Delimiter>(
    {{"COMMA", ','}, {"PIPE", '|'}, {"SEMICOLON", ';'}, {"SPACE", ' '}, {"TAB", '\t'}});

/// "arn:PARTITION:states:::s3:ACTION"
bool is_s3(std::string_view arn, std::string_view action) {
    return arn.starts_with("arn:aws") && arn.ends_with(":states:::s3:" + std::string(action));
}

void refuse_resource(const FieldReader& reader) {
    reader.sink().error(reader.child("Resource"),
                        "The resource provided " + *reader.text("Resource") +
                            " is not recognized. The value is not a valid resource "
                            "ARN, or the resource is not available in this region.");
}

std::optional<ItemFormat> format_of(std::string_view input_type) {
    if (input_type == "JSON") return ItemFormat::json;
    if (input_type == "JSONL") return ItemFormat::jsonl;
    if (input_type == "CSV") return ItemFormat::csv;
    return std::nullopt;
}

std::optional<ItemFormat> read_format(const FieldReader& config) {
    const auto input_type =
        config.one_of("InputType", {"CSV", "JSON", "JSONL", "PARQUET", "MANIFEST"});
    if (!input_type) return std::nullopt;
    const auto format = format_of(*input_type);
    if (!format) {
        config.sink().error_with_code("NOT_SUPPORTED", config.child("InputType"),
                                      "InputType " + *input_type + " can't be read yet");
    }
    return format;
}

void read_csv(const FieldReader& config, ItemSource& source) {
    const auto location = config.one_of("CSVHeaderLocation", {"FIRST_ROW", "GIVEN"});
    if (!location && !config.has("CSVHeaderLocation")) {
        config.sink().error(config.pointer(),
                            "The field 'CSVHeaderLocation' is required but was missing");
    }
    source.has_header_row = location == "FIRST_ROW";
    if (source.has_header_row && config.has("CSVHeaders")) {
        config.sink().error(config.child("CSVHeaders"),
                            "CSVHeaders belongs to CSVHeaderLocation GIVEN");
    }
    if (const Value* headers = config.object().find("CSVHeaders");
        headers != nullptr && headers->is_array()) {
        for (const Value& header : headers->as_array()) {
            if (header.is_string())
                source.headers.emplace_back(header.as_string());
            else
                config.sink().error(config.child("CSVHeaders"), "Expected an array of strings");
        }
    }
    if (location == "GIVEN" && source.headers.empty()) {
        config.sink().error(config.pointer(), "The field 'CSVHeaders' is required but was missing");
    }
    const auto word = config.one_of("CSVDelimiter", {"COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"});
    if (word) source.delimiter = std::ranges::find(delimiters, *word, &Delimiter::name)->character;
}

void refuse_csv(const FieldReader& config) {
    for (const std::string_view field : {"CSVHeaderLocation", "CSVHeaders", "CSVDelimiter"}) {
        if (config.has(field))
            config.sink().error(config.child(field),
                                std::string(field) + " belongs to InputType CSV");
    }
}

void read_config(const FieldReader& config, ItemReader& reader, ItemSource& source) {
    config.check({reader_config_table});
    reader.items_max = config.number_field("MaxItems", 0, limits::items_max);
    const bool is_list = source.format == ItemFormat::object_list;
    if (config.has("ManifestType")) {
        config.sink().error_with_code("NOT_SUPPORTED", config.child("ManifestType"),
                                      "Manifests can't be read yet");
        return;
    }
    const auto transformation = config.one_of("Transformation", {"NONE", "LOAD_AND_FLATTEN"});
    if (transformation && !is_list) {
        config.sink().error(config.child("Transformation"),
                            "Transformation belongs to s3:listObjectsV2");
    }
    const bool flattens = is_list && transformation == "LOAD_AND_FLATTEN";
    if (is_list && !flattens) {
        if (config.has("InputType")) {
            config.sink().error(config.child("InputType"),
                                "InputType belongs to s3:getObject, or to Transformation "
                                "LOAD_AND_FLATTEN");
        }
        return;
    }
    if (!config.has("InputType")) {
        config.sink().error(config.pointer(), "The field 'InputType' is required but was missing");
    }
    const auto format = read_format(config);
    if (!format) return;
    if (flattens)
        source.flattened = *format;
    else
        source.format = *format;
    if (*format == ItemFormat::csv)
        read_csv(config, source);
    else
        refuse_csv(config);
    if (const auto pointer = config.text("ItemsPointer")) {
        source.items_pointer = *pointer;
        if (*format != ItemFormat::json) {
            config.sink().error(config.child("ItemsPointer"),
                                "ItemsPointer belongs to InputType JSON");
        } else if (!pointer->empty() && !pointer->starts_with('/')) {
            config.sink().error(config.child("ItemsPointer"),
                                "Expected a JSON pointer, which begins with '/', but found '" +
                                    *pointer + "'");
        } else if (pointer->size() > limits::items_pointer_characters_max) {
            config.sink().error(config.child("ItemsPointer"),
                                "ItemsPointer is longer than 2000 characters");
        }
    }
}

std::optional<ItemReader> read_item_reader(const FieldReader& map) {
    const Value* json = map.object().find("ItemReader");
    if (json == nullptr || !json->is_object()) return std::nullopt;
    const FieldReader fields(*json, map.child("ItemReader"), map.language(), map.sink());
    fields.check({reader_table});
    ItemReader reader;
    ItemSource source;
    source.resource = fields.text("Resource").value_or("");
    const bool is_list = is_s3(source.resource, "listObjectsV2");
    source.format = is_list ? ItemFormat::object_list : ItemFormat::json;
    if (!is_list && !is_s3(source.resource, "getObject") && fields.text("Resource"))
        refuse_resource(fields);
    reader.arguments =
        fields.payload(map.language() == QueryLanguage::jsonata ? "Arguments" : "Parameters");
    if (const Value* config = json->find("ReaderConfig");
        config != nullptr && config->is_object()) {
        read_config(FieldReader(*config, fields.child("ReaderConfig"), map.language(), map.sink()),
                    reader, source);
    } else if (!is_list) {
        map.sink().error(fields.pointer(), "The field 'ReaderConfig' is required but was missing");
    }
    reader.source = std::make_shared<const ItemSource>(std::move(source));
    return reader;
}

std::optional<ItemBatcher> read_item_batcher(const FieldReader& map) {
    const Value* json = map.object().find("ItemBatcher");
    if (json == nullptr || !json->is_object()) return std::nullopt;
    const FieldReader fields(*json, map.child("ItemBatcher"), map.language(), map.sink());
    fields.check({batcher_table});
    ItemBatcher batcher;
    batcher.items_max = fields.number_field("MaxItemsPerBatch", 1, limits::items_max);
    batcher.bytes_max = fields.number_field("MaxInputBytesPerBatch", 1,
                                            static_cast<std::int64_t>(limits::payload_bytes_max));
    batcher.batch_input = fields.payload("BatchInput");
    const bool has_limit = fields.has("MaxItemsPerBatch") || fields.has("MaxItemsPerBatchPath") ||
                           fields.has("MaxInputBytesPerBatch") ||
                           fields.has("MaxInputBytesPerBatchPath");
    if (!has_limit) {
        map.sink().error(fields.pointer(), "ItemBatcher needs MaxItemsPerBatch or "
                                           "MaxInputBytesPerBatch");
    }
    return batcher;
}

std::optional<ResultWriter> read_result_writer(const FieldReader& map) {
    const Value* json = map.object().find("ResultWriter");
    if (json == nullptr || !json->is_object()) return std::nullopt;
    const FieldReader fields(*json, map.child("ResultWriter"), map.language(), map.sink());
    fields.check({writer_table});
    const std::string_view arguments =
        map.language() == QueryLanguage::jsonata ? "Arguments" : "Parameters";
    ResultWriter writer;
    writer.resource = fields.text("Resource").value_or("");
    if (fields.has("Resource") && !is_s3(writer.resource, "putObject")) refuse_resource(fields);
    if (fields.has("Resource") != fields.has(arguments)) {
        map.sink().error(fields.pointer(),
                         "Resource and " + std::string(arguments) + " belong together");
    }
    if (json->size() == 0) map.sink().error(fields.pointer(), "Value cannot be empty");
    writer.arguments = fields.payload(arguments);
    // AWS, "WriterConfig": NONE when results are exported, COMPACT when they become the output.
    writer.transformation =
        fields.has("Resource") ? ResultTransformation::none : ResultTransformation::compact;
    const Value* config = json->find("WriterConfig");
    if (config == nullptr || !config->is_object()) return writer;
    const FieldReader settings(*config, fields.child("WriterConfig"), map.language(), map.sink());
    settings.check({writer_config_table});
    const auto word = settings.one_of("Transformation", {"NONE", "COMPACT", "FLATTEN"});
    if (word == "NONE") writer.transformation = ResultTransformation::none;
    if (word == "COMPACT") writer.transformation = ResultTransformation::compact;
    if (word == "FLATTEN") writer.transformation = ResultTransformation::flatten;
    writer.is_jsonl = settings.one_of("OutputType", {"JSON", "JSONL"}) == "JSONL";
    return writer;
}

/// AWS, "Label": what may not stand in it. The words of these messages aren't recorded.
std::string read_label(const FieldReader& map, const Program& program, const Value& state_name) {
    const auto label = map.text("Label");
    if (!label) {
        // AWS makes one up with the state machine; ours stays the same from run to run.
        const std::string digest = to_hex(
            hash(HashAlgorithm::sha256, program.hash + "/" + std::string(state_name.as_string())));
        return digest.substr(0, 8) + "-" + digest.substr(8, 4) + "-" + digest.substr(12, 4) + "-" +
               digest.substr(16, 4) + "-" + digest.substr(20, 12);
    }
    const std::string at = map.child("Label");
    if (label->empty()) map.sink().error(at, "Label cannot be empty");
    if (code_point_count(*label) > limits::label_characters_max)
        map.sink().error(at, "Label is longer than 40 characters");
    const bool has_forbidden = std::ranges::any_of(*label, [](char c) {
        return std::string_view(" ?*<>{}[]:;,\\|^~$#%&`\"").find(c) != std::string_view::npos ||
               (c >= 0 && c < 0x20) || c == 0x7f;
    });
    if (has_forbidden) {
        map.sink().error(at, "Label contains characters that are not allowed: '" + *label + "'");
    }
    return *label;
}

} // namespace

std::optional<DistributedMap> read_distributed_map(Compiler& compiler, const FieldReader& map,
                                                   std::string_view processor_field) {
    const Value& processor = map.object()[processor_field];
    const Value& config = processor["ProcessorConfig"];
    const std::string config_at = pointer_child(map.child(processor_field), "ProcessorConfig");
    DiagnosticSink& sink = map.sink();
    if (config.is_null() || config["Mode"] != Value("DISTRIBUTED")) {
        for (const std::string_view field :
             {"ItemReader", "ItemBatcher", "ResultWriter", "Label"}) {
            if (map.has(field)) {
                sink.error(map.child(field), std::string(field) + " needs a distributed Map",
                           "set \"ProcessorConfig\": {\"Mode\": \"DISTRIBUTED\", …}");
            }
        }
        return std::nullopt;
    }
    if (compiler.type() == WorkflowType::express) {
        sink.error(config_at, "Express state machine does not support distributed Map");
    }
    DistributedMap distributed;
    const Value& type = config["ExecutionType"];
    if (type == Value("EXPRESS")) {
        distributed.child_type = WorkflowType::express;
    } else if (type.is_null()) {
        sink.error(config_at, "The field 'ExecutionType' is required but was missing");
    }
    distributed.label =
        read_label(map, compiler.program(), compiler.program().state(compiler.current()).name);
    distributed.reader = read_item_reader(map);
    distributed.batcher = read_item_batcher(map);
    distributed.writer = read_result_writer(map);
    return distributed;
}

} // namespace gradus
