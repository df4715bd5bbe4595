#include "aws/http/installed_services.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace gradus::aws {

namespace {

constexpr const char* variable = "GRADUS_SERVICES";
constexpr const char* file_name = "services.bundle";

Result<std::string> read_part(const std::string& path, std::uint64_t offset, std::size_t size) {
    std::ifstream file(path, std::ios::binary);
    std::string out(size, '\0');
    file.seekg(static_cast<std::streamoff>(offset));
    file.read(out.data(), static_cast<std::streamsize>(size));
    if (!file && !file.eof()) return Error{ErrorCode::not_found, path + " can't be read"};
    out.resize(static_cast<std::size_t>(file.gcount()));
    return out;
}

Error not_found(const std::vector<std::string>& places) {
    std::string message = "the bundle of all services was not found; looked for ";
    for (std::size_t i = 0; i < places.size(); ++i)
        message += (i == 0 ? "" : i + 1 < places.size() ? ", " : " and ") + places[i];
    return {ErrorCode::not_found, message + " (" + variable + " names another file)"};
}

} // namespace

std::vector<std::string> places_of_services() {
    if (const char* named = std::getenv(variable); named != nullptr && *named != '\0')
        return {named};
    std::vector<std::string> out;
    std::error_code fault;
    const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", fault);
    if (!fault) {
        const std::filesystem::path folder = program.parent_path();
        out.push_back(folder / file_name);
        out.push_back(folder.parent_path() / "share/gradus" / file_name);
    }
    const std::string installed = std::string(GRADUS_DATA_FOLDER "/") + file_name;
    if (out.empty() || out.back() != installed) out.push_back(installed);
    return out;
}

Result<std::shared_ptr<const ServiceBundle>> open_services(const std::vector<std::string>& places) {
    for (const std::string& path : places) {
        if (!std::ifstream(path)) continue;
        auto bundle = ServiceBundle::open([path](std::uint64_t offset, std::size_t size) {
            return read_part(path, offset, size);
        });
        if (!bundle) return Error{bundle.error().code, path + ": " + bundle.error().message};
        return std::make_shared<const ServiceBundle>(std::move(*bundle));
    }
    return not_found(places);
}

FindBundle find_installed_services() {
    return [] { return open_services(places_of_services()); };
}

} // namespace gradus::aws
