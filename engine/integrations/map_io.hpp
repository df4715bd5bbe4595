#pragma once
// What a distributed Map asks of the world: pages of items and files of results, from and to an
// ObjectStore. One page a call; an object is never held as a whole.

#include "engine/integrations/integration.hpp"
#include "engine/integrations/object_reader.hpp"
#include "engine/integrations/object_store.hpp"

#include <functional>

namespace gradus {

class MapIo {
public:
    /// Chooses the store of a bucket; null when there is none, with the reason in the text.
    using StoreOf = std::function<ObjectStore*(const Value& arguments, std::string& reason)>;

    MapIo(StoreOf store_of, AnswerSink answer)
        : store_of_(std::move(store_of)), answer_(std::move(answer)) {}

    /// Answers with ItemsRead, or TaskFailed of States.ItemReaderFailed.
    void read(ExecutionKey execution, const ReadItems& command);
    /// Answers with ObjectsWritten, or TaskFailed of States.ResultWriterFailed.
    void write(ExecutionKey execution, const WriteObjects& command) const;

private:
    struct Reading;
    void list(const Reading& reading);
    void read_objects(const Reading& reading, const Value& listing);
    void read_chunk(const Reading& reading, const Value& arguments, std::uint64_t length);
    void write_file(ExecutionKey execution, const WriteObjects& command, std::size_t number) const;

    StoreOf store_of_;
    AnswerSink answer_;
    ObjectReader reader_;
};

} // namespace gradus
