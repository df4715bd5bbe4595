#pragma once
// The models of all AWS services, from the source tree.

#include "aws/model/models.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

namespace gradus {

inline aws::FindBundle all_services() {
    return []() -> Result<std::shared_ptr<const aws::ServiceBundle>> {
        std::ifstream file(std::filesystem::path(GRADUS_SOURCE_DIR) / "aws/models/services.bundle",
                           std::ios::binary);
        const std::string bytes(std::istreambuf_iterator<char>(file), {});
        GRADUS_TRY(aws::ServiceBundle bundle,
                   aws::ServiceBundle::open(
                       [bytes](std::uint64_t offset, std::size_t size) -> Result<std::string> {
                           return bytes.substr(static_cast<std::size_t>(offset), size);
                       }));
        return std::make_shared<const aws::ServiceBundle>(std::move(bundle));
    };
}

} // namespace gradus
