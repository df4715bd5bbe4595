#include "engine/integrations/form_encoding.hpp"

#include "aws/uri_encoding.hpp"
#include "gradus/json.hpp"

namespace gradus {
namespace {

std::string scalar_text(const Value& value) {
    if (value.is_string()) return aws::percent_encode(value.as_string());
    return value.is_null() ? "" : aws::percent_encode(to_json(value));
}

class FormWriter {
public:
    explicit FormWriter(ArrayFormat format) : format_(format) {}

    // Depth is that of the value, which the parser has bounded.
    void write(const std::string& name, const Value& value) {
        if (value.is_object()) {
            for (const Member& member : value.as_object())
                write(name + '[' + aws::percent_encode(member.name()) + ']', member.value);
        } else if (value.is_array()) {
            write_array(name, value);
        } else {
            pair(name, scalar_text(value));
        }
    }
    std::string take() { return std::move(out_); }

private:
    void write_array(const std::string& name, const Value& array) {
        std::string joined;
        for (std::size_t i = 0; i < array.size(); ++i) {
            switch (format_) {
            case ArrayFormat::indices: write(name + '[' + std::to_string(i) + ']', array[i]); break;
            case ArrayFormat::repeat: write(name, array[i]); break;
            case ArrayFormat::brackets: write(name + "[]", array[i]); break;
            case ArrayFormat::commas: joined += (i == 0 ? "" : ",") + scalar_text(array[i]); break;
            }
        }
        if (format_ == ArrayFormat::commas) pair(name, joined);
    }
    void pair(const std::string& name, const std::string& value) {
        if (!out_.empty()) out_ += '&';
        out_ += name + '=' + value;
    }

    ArrayFormat format_;
    std::string out_;
};

} // namespace

std::optional<ArrayFormat> parse_array_format(std::string_view name) {
    if (name == "INDICES") return ArrayFormat::indices;
    if (name == "REPEAT") return ArrayFormat::repeat;
    if (name == "COMMAS") return ArrayFormat::commas;
    if (name == "BRACKETS") return ArrayFormat::brackets;
    return std::nullopt;
}

std::string form_encode(const Value& object, ArrayFormat format) {
    FormWriter writer(format);
    for (const Member& member : object.as_object())
        writer.write(aws::percent_encode(member.name()), member.value);
    return writer.take();
}

} // namespace gradus
