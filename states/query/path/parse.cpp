#include "gradus/value.hpp"
