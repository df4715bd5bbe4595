#pragma once
// An error that a service answers with, as both sides of every protocol see it.

#include "gradus/result.hpp"
#include "gradus/value.hpp"

#include <string>

namespace gradus::aws {

struct ServiceError {
    enum class Fault { sender, receiver };

    std::string code; // "InvalidParameterValue"
    std::string message;
    int http_status = 400;
    Fault fault = Fault::sender;
    std::string request_id;
    std::string shape;              // the modelled exception, when there is one
    Value detail = Value::object(); // members of the modelled exception

    friend bool operator==(const ServiceError&, const ServiceError&) = default;
};

[[noreturn]] inline void throw_exception_from_error(const ServiceError& error,
                                                    const boost::source_location& where) {
    assertion_failed(error.code.c_str(), where.file_name(), static_cast<int>(where.line()));
}

} // namespace gradus::aws
