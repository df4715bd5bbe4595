// The listener over a socket of this machine, on a port that the system chooses.
#include "engine/server/http_listener.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <gtest/gtest.h>

#include <thread>

namespace {

using namespace gradus;
namespace net = boost::asio;
using tcp = net::ip::tcp;

void answer(const aws::HttpRequest& request, const HttpListener::Respond& respond) {
    if (request.method == "HEAD") return respond({200, {{"Content-Length", "12345"}}, ""});
    respond({200, {}, request.method + ' ' + request.target + ' ' + request.body});
}

// A listener that runs as long as this object lives, and one connection to it.
class Conversation {
public:
    Conversation()
        : listener_(std::move(*HttpListener::make(context_, "127.0.0.1:0", answer))),
          thread_([this] { context_.run(); }),
          socket_(own_context_) {
        const std::string address = listener_->address();
        const auto port =
            static_cast<std::uint16_t>(std::stoi(address.substr(address.find(':') + 1)));
        socket_.connect({net::ip::make_address("127.0.0.1"), port});
    }
    ~Conversation() {
        net::post(context_, [this] { listener_.reset(); });
        thread_.join();
    }
    Conversation(const Conversation&) = delete;
    Conversation& operator=(const Conversation&) = delete;

    void send(const std::string& text) { net::write(socket_, net::buffer(text)); }
    // What comes up to `end`, that included.
    std::string read_to(const std::string& end) {
        const std::size_t size = net::read_until(socket_, net::dynamic_buffer(received_), end);
        std::string out = received_.substr(0, size);
        received_.erase(0, size);
        return out;
    }

private:
    net::io_context context_;
    std::unique_ptr<HttpListener> listener_;
    std::thread thread_;
    net::io_context own_context_;
    tcp::socket socket_;
    std::string received_;
};

TEST(HttpListener, invites_a_body_that_waits_and_then_reads_it) {
    Conversation conversation;

    conversation.send("PUT /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
                      "Content-Length: 5\r\n\r\n");
    const std::string invitation = conversation.read_to("\r\n\r\n");
    conversation.send("hello");
    const std::string answered = conversation.read_to("PUT /a hello");

    EXPECT_EQ(invitation, "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_TRUE(answered.starts_with("HTTP/1.1 200 OK\r\n")) << answered;
}

TEST(HttpListener, tells_the_length_of_a_body_that_it_does_not_send) {
    Conversation conversation;

    conversation.send("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n");
    const std::string head = conversation.read_to("\r\n\r\n");
    conversation.send("GET /b HTTP/1.1\r\nHost: h\r\n\r\n");
    const std::string next = conversation.read_to("GET /b ");

    EXPECT_NE(head.find("Content-Length: 12345\r\n"), std::string::npos) << head;
    EXPECT_TRUE(next.starts_with("HTTP/1.1 200 OK\r\n")) << next;
}

} // namespace
