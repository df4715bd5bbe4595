#pragma once
// Where a bucket stands in a request to S3: in the host ("virtual-hosted") or in the path. Models
// have it in the path. Sources: Amazon S3 User Guide, "Virtual hosting of buckets", and the rule
// set of S3's endpoints.

#include "aws/endpoint/endpoint.hpp"

#include "gradus/result.hpp"

#include <string>
#include <string_view>

namespace gradus::aws {

/// Whether a bucket's name can be a label of a host under a certificate for "*.s3.REGION…": 3 to 63
/// lower-case letters, digits and '-', no '.'.
bool is_virtual_hostable(std::string_view bucket);

/// Moves the bucket from the path of `uri` ("/BUCKET/KEY?…") into the endpoint's host, unless its
/// name can't stand there or the host is an address or this machine, below which there are no
/// names. Fails with unsupported for access points named by ARN and for directory buckets.
Result<void> address_bucket(std::string_view bucket, Endpoint& endpoint, std::string& uri);

} // namespace gradus::aws
