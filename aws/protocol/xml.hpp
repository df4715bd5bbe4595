#pragma once
// The XML answers of the protocols query and ec2, and the documents of rest-xml, both ways. pugixml
// stays behind xml_reader.cpp. Inside of aws/protocol.

#include "aws/model/service_model.hpp"
#include "aws/protocol/service_error.hpp"

#include "gradus/result.hpp"
#include "gradus/value.hpp"

#include <string>
#include <string_view>

namespace gradus::aws {

struct XmlAnswer {
    Value output = Value::object();
    std::string request_id;
};
/// Fails with syntax (not XML), invalid_argument (a value of another form, with its path), limit.
Result<XmlAnswer> read_xml_answer(const Operation& operation, std::string_view body);

/// Code, message, fault, request id and modelled members of an error document; what isn't there
/// stays empty. Fails with syntax when the body isn't XML.
Result<ServiceError> read_xml_error(const ServiceModel& model, const Operation& operation,
                                    std::string_view body);

/// The value of a whole document, whatever its root is called. Fails like read_xml_answer.
Result<Value> read_xml_document(const ShapeRef& ref, std::string_view body);

enum class XmlDialect { query, ec2, rest };

/// The document for a result.
std::string write_xml_answer(const ServiceModel& model, const Operation& operation,
                             const Value& output, std::string_view request_id, XmlDialect dialect);
/// The document for a value, with attributes and namespaces. Fails with invalid_argument.
Result<std::string> write_xml_document(const ShapeRef& ref, std::string_view root,
                                       const Value& value);
/// The document for an error.
std::string write_xml_error(const ServiceModel& model, const ServiceError& error,
                            std::string_view request_id, XmlDialect dialect);

} // namespace gradus::aws
