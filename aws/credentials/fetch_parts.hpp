#pragma once
// What the machines that fetch credentials share. Inside of aws/credentials.

#include "aws/credentials/fetch_step.hpp"

#include <string>
#include <string_view>

namespace gradus::aws {

/// A request without a body to an absolute URL, Host included. Fails with invalid_argument.
Result<HttpRequest> request_to(std::string method, std::string_view url);

/// Whether the same request may have another answer soon.
bool is_transient(int status);
/// Whether a text would end the line of a header that it stood in.
bool ends_its_line(std::string_view text);
/// Without the white space around it.
std::string_view first_line(std::string_view text);

/// The end of a fetch: what was read, or why it couldn't be, at `where`.
Fetched fetched(Result<Credentials> read, const std::string& where);

} // namespace gradus::aws
