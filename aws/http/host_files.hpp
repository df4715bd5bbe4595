#pragma once
// The real CredentialHost: files of this machine, programs in its PATH.

#include "aws/credential_driver.hpp"

#include <memory>

namespace boost::asio {
class io_context;
}

namespace gradus::aws {

class HostFiles final : public CredentialHost {
public:
    static constexpr std::size_t file_bytes_max = std::size_t{1024} * 1024; // ours

    /// The io_context must outlive it.
    explicit HostFiles(boost::asio::io_context& context);
    ~HostFiles() override;

    void read_file(std::string path, Done done) override;
    void write_file(std::string path, std::string text, Done done) override;
    void run_process(std::string command, Done done) override;

private:
    boost::asio::io_context& context_;
    std::shared_ptr<int> alive_;
};

} // namespace gradus::aws
