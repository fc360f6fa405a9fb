import http = require('node:http');
import createPlayground = require('ccap-rs/playground');

http.createServer(createPlayground({ base: '/playground' }));
http.createServer(createPlayground.createPlayground());
