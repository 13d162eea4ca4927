{
  # Nothing here links libssl or libcrypto: the library under test is opened at run time, and whatever is linked
  # would be measured instead of it. scripts/build-native.ts checks the built files and fails if one does.
  "variables": {
    "core": [
      "allocations.cc", "bindings.cc", "board.c", "handshake.cc", "library.cc", "operations.cc", "pinning.cc",
      "resources.cc", "status.cc",
      "settings/application.cc", "settings/buffers.cc", "settings/callbacks.cc", "settings/catalogue.cc",
      "settings/certificates.cc", "settings/ciphers.cc", "settings/options.cc", "settings/protocol.cc",
      "settings/session.cc", "settings/verification.cc"
    ]
  },
  "target_defaults": {
    "cflags": ["-Wall", "-Wextra", "-Werror", "-O2", "-fPIC", "-g1", "-fvisibility=hidden"],
    "cflags_c": ["-std=c11"],
    "cflags_cc!": ["-std=gnu++14", "-std=gnu++17", "-std=gnu++20"],
    "cflags_cc": ["-std=c++17", "-fno-exceptions", "-fno-rtti"],
    "ldflags": ["-Wl,--as-needed"],
    "libraries": ["-ldl", "-lpthread"],
    # Distributions' node-gyp links libnode, which brings that Node's OpenSSL into any other Node that loads the addon.
    "libraries!": ["-lnode"]
  },
  "targets": [
    {
      "target_name": "dupmark_core",
      "type": "static_library",
      "sources": ["<@(core)"]
    },
    {
      "target_name": "dupmark",
      "dependencies": ["dupmark_core"],
      "sources": ["addon.cc"],
      "include_dirs": ["<!(node -p \"require('node-addon-api').include_dir\")"],
      "defines": ["NAPI_VERSION=8", "NAPI_DISABLE_CPP_EXCEPTIONS"]
    },
    {
      "target_name": "dupmark_preload",
      "type": "shared_library",
      "product_prefix": "",
      "sources": ["preload.cc", "allocations.cc"]
    },
    {
      "target_name": "dupmark_driver",
      "type": "executable",
      "dependencies": ["dupmark_core"],
      "sources": ["driver.cc"]
    },
    {
      "target_name": "dupmark_plain_loop",
      "type": "executable",
      "sources": ["plain_loop.c", "board.c", "pinning.cc"]
    }
  ]
}
